import { isNudged } from "../../lib/fence/claim-decision.ts";
import { type PollTable, TableRefusalError } from "../../lib/fence/poll-table.ts";
import { faultyNotes } from "./faulty-notes.ts";
import type { WorldParts } from "./world.ts";

/** How long an unanswered call waits. The stack's own timeouts use real time, not the simulated clock. */
const UNANSWERED_MS = 200;

/** A table that is far away, with faults. */
export function faultyTable(table: Required<PollTable>, parts: WorldParts): PollTable {
  const { clock, ledger, faults, random, rowStates } = parts;

  const call = async <T>(
    point: "claim" | "decide" | "keepNext" | "giveBack" | "keepLease" | "markAbort" | "look",
    pollId: string,
    effect: () => Promise<T>,
  ): Promise<T> => {
    await clock.sleep(1 + random() * 10);
    const run = parts.currentRun();
    const fault = parts.outage(point, clock.now()) ?? faults.next(point);
    if (fault?.kind === "crashBefore") parts.crash();
    const { kind } = fault ?? {};
    // When the batch ends before a mark is answered, nobody knows whether the job was stopped.
    const isLate = kind === "slow" && point === "markAbort";
    const isError = kind === "refused" || kind === "ambiguous" || kind === "unanswered" || isLate;
    if (isError && point !== "look") {
      ledger.blame([JSON.stringify({ pollId })], run);
      ledger.starts.mayBeUnknown(pollId);
    }
    // The end that a start's answer made is decided where its lease would be given back.
    const givesBack = point === "giveBack" || point === "decide";
    if (isError && run !== undefined && givesBack) ledger.keptLease(run);
    if (fault?.kind === "refused") throw new TableRefusalError("the simulated table is throttled");
    if (fault?.kind === "unanswered") {
      await clock.sleep(UNANSWERED_MS);
      throw new Error("the table did not answer in time");
    }
    const result = await effect();
    ledger.say(rowStates.check(pollId));
    ledger.check();
    if (fault?.kind === "crashAfter") parts.crash();
    if (fault?.kind === "ambiguous") throw new Error("the table's answer was lost");
    // A start's answer is kept before the batch ends. If it ends meanwhile, the record fails and comes back.
    const keepsAnswer = point === "keepNext" || point === "decide";
    if (fault?.kind === "slow" && keepsAnswer) run?.touched.add(pollId);
    await clock.sleep(fault?.kind === "slow" ? fault.amount * 100 : 1 + random() * 5);
    return result;
  };

  return {
    claim: (claim, now, options) =>
      call("claim", claim.pollId, async () => {
        const wasNudged = isNudged((await table.find(claim.pollId)) ?? {});
        const decision = await table.claim(claim, now, options);
        if (decision.kind === "claimed" && wasNudged) ledger.dueTimes.nudged(claim.copyId);
        const run = parts.currentRun();
        if (decision.kind === "claimed") ledger.cancellations.claimed(claim.pollId);
        if (run !== undefined && decision.kind === "claimed") {
          ledger.claimed(run, claim);
          rowStates.claimed(run, claim.claimId);
        }
        if (run !== undefined && decision.kind === "started") ledger.continued(run, claim.pollId);
        if (run !== undefined && decision.kind === "leased") ledger.leased(run, claim.pollId);
        return decision;
      }),
    decide: (claim, outcome, options) =>
      call("decide", claim.pollId, () => table.decide(claim, outcome, options)),
    claimAndDecide: (claim, outcome, options) =>
      call("decide", claim.pollId, () => table.claimAndDecide(claim, outcome, options)),
    keepNext: (claim, next, options) =>
      call("keepNext", claim.pollId, () => table.keepNext(claim, next, options)),
    giveBack: (claim, options) =>
      call("giveBack", claim.pollId, async () => {
        await table.giveBack(claim, options);
        ledger.gaveBack(claim);
      }),
    keepLease: async (claim, until, options) => {
      let isKept = false;
      try {
        await call("keepLease", claim.pollId, async () => {
          await table.keepLease(claim, until, options);
          isKept = true;
        });
      } finally {
        // Then other copies do not know what this one waits for.
        if (!isKept) ledger.gaveBack(claim);
      }
    },
    markAbort: (pollId, abortClaimId, options) =>
      call("markAbort", pollId, () => table.markAbort(pollId, abortClaimId, options)),
    find: (pollId, options) => call("look", pollId, () => table.find(pollId, options)),
    ...faultyNotes(table, parts),
  };
}
