import { TableRefusalError } from "../../lib/fence/poll-table.ts";
import type { GroupTable } from "../../lib/groups/group-table.ts";
import { groupKey } from "../../lib/groups/group-writes.ts";
import { memoryGroups } from "../support/memory-groups.ts";
import type { MemoryTable } from "../support/memory-table.ts";
import type { WorldParts } from "./world.ts";

/** How long an unanswered call waits. The stack's own timeouts use real time, not the simulated clock. */
const UNANSWERED_MS = 200;

/** The groups in a table that is far away, with faults. @param table gets a row for each group that has ended */
export function faultyGroups(table: MemoryTable, parts: WorldParts): GroupTable {
  const { clock, ledger, faults, random } = parts;
  const groups = memoryGroups();

  const call = async <T>(groupId: string, effect: () => Promise<T>): Promise<T> => {
    await clock.sleep(1 + random() * 10);
    const fault = parts.outage("group", clock.now()) ?? faults.next("group");
    const { kind } = fault ?? {};
    if (kind === "crashBefore") parts.crash();
    if (kind === "refused" || kind === "ambiguous" || kind === "unanswered") {
      ledger.blame([JSON.stringify({ pollId: groupKey(groupId) })], parts.currentRun());
    }
    if (kind === "refused") throw new TableRefusalError("the simulated table is throttled");
    if (kind === "unanswered") {
      await clock.sleep(UNANSWERED_MS);
      throw new Error("the table did not answer in time");
    }
    const result = await effect();
    if (kind === "crashAfter") parts.crash();
    if (kind === "ambiguous") throw new Error("the table's answer was lost");
    await clock.sleep(fault?.kind === "slow" ? fault.amount * 100 : 1 + random() * 5);
    return result;
  };

  return {
    add: (groupId, ...more) => call(groupId, () => groups.add(groupId, ...more)),
    decide: (groupId, end, ...more) =>
      call(groupId, async () => {
        const row = await groups.decide(groupId, end, ...more);
        const key = groupKey(groupId);
        const { outcome, proof } = end;
        const claimed = { seen: 0, owner: "group", claimId: "group", proofClaimId: "group" };
        if (!table.rows.has(key))
          table.rows.set(key, { ...claimed, leaseUntil: 0, proof, outcome });
        return row;
      }),
    noteSent: (groupId, ...more) => call(groupId, () => groups.noteSent(groupId, ...more)),
  };
}
