import type { HttpAnswer } from "../../lib/http/http-request.ts";
import { currentInvocation } from "../kit/invocation.ts";
import { HOOK, placeIn } from "./destinations.ts";
import { httpAnswer, transient } from "./job-server.ts";
import { factsOf } from "./message-facts.ts";
import type { WorldParts } from "./world.ts";

interface Request {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** How long a receiver takes to answer, in ms. */
const LATENCY_MS = 100;

/** Whether a URL is the one of a webhook. */
export function isWebhook(url: string): boolean {
  return new URL(url).pathname.startsWith(`/${HOOK}/`);
}

/** The receivers of webhooks. */
export function faultyReceivers(parts: WorldParts) {
  const { clock, ledger, faults } = parts;
  return async (
    request: Request,
    bounds: { readonly signal: AbortSignal },
  ): Promise<HttpAnswer> => {
    currentInvocation()?.checkAlive();
    const run = parts.currentRun();
    if (run === undefined) throw new Error("a request outside of an invocation");
    const outcome = String(request.body);
    const record = run.records.find(({ body }) => {
      const { delivery } = factsOf(body);
      return delivery?.url === request.url && delivery.outcome === outcome;
    });
    const { pollId } = factsOf(record?.body ?? "{}");
    const fault = faults.next("webhook");
    if (fault?.kind === "crashBefore") parts.crash();
    const { history, end } = ledger.requested(run, pollId, clock.now());
    ledger.violations.push(...ledger.deliveries.asked(pollId, clock.now()));
    if (request.headers["webhook-id"] !== JSON.parse(outcome).outcomeId) {
      ledger.violations.push(`${pollId}: its webhook-id is not the outcomeId`);
    }
    const place = placeIn(request.url);
    const answer = ledger.deliveries.attempted(ledger.historyOf(outcome), place);
    if (answer === "accept") ledger.accepted(outcome, place);
    try {
      await clock.sleep(fault?.kind === "slow" ? fault.amount * 100 : LATENCY_MS, bounds.signal);
      if (fault?.kind === "crashAfter") parts.crash();
      ledger.check();
      if (fault?.kind !== "refused") return httpAnswer(ANSWERS[answer]);
      history.faults++;
      return transient("Error", "reset");
    } catch (error) {
      history.faults++;
      currentInvocation()?.checkAlive();
      if (bounds.signal.aborted) return { kind: "aborted" };
      throw error;
    } finally {
      end(undefined);
    }
  };
}

const ANSWERS = {
  accept: "done",
  "refuse for now": "broken",
  "refuse for good": "failed",
} as const;
