import type { HttpAnswer } from "../../lib/http/http-request.ts";
import { currentInvocation } from "../kit/invocation.ts";
import { answerTo, httpAnswer, transient, waitAfter } from "./job-server.ts";
import type { WorldParts } from "./world.ts";

/** The servers of the polls: slow, broken, or inconsistent. */
export function faultyServers(parts: WorldParts) {
  const { clock, ledger, faults } = parts;
  return async (
    request: { readonly url: string },
    bounds: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<HttpAnswer> => {
    currentInvocation()?.checkAlive();
    const run = parts.currentRun();
    const pollId = new URL(request.url).pathname.slice(1);
    if (run === undefined) throw new Error("a request outside of an invocation");
    const fault = faults.next("request");
    if (fault?.kind === "crashBefore") parts.crash();
    const { history, end } = ledger.requested(run, pollId, clock.now());
    let nextDueAt: number | undefined;
    try {
      const { plan, requests, expiresAt } = history;
      const answer = answerTo(plan, requests - 1);
      const latencyMs = fault?.kind === "slow" ? fault.amount * 100 : plan.latencyMs;
      const isLate = answer === "silent" || latencyMs > bounds.timeoutMs;
      await clock.sleep(isLate ? bounds.timeoutMs : latencyMs, bounds.signal);
      if (fault?.kind === "crashAfter") parts.crash();
      const record = run.records.find(({ body }) => ledger.historyOf(body) === history);
      const { retryCount = 0 } = JSON.parse(record?.body ?? "{}");
      const now = clock.now();
      const toExpiry = expiresAt === undefined ? undefined : (expiresAt - now) / 1000;
      const given = isLate ? "silent" : fault?.kind === "refused" ? "broken" : answer;
      nextDueAt = now + waitAfter(plan, given, retryCount, toExpiry) * 1000;
      run.dueAt.set(pollId, nextDueAt);
      ledger.check();
      if (isLate) return transient("TimeoutError", "no complete response in time");
      return fault?.kind === "refused" ? transient("Error", "reset") : httpAnswer(answer);
    } catch (error) {
      currentInvocation()?.checkAlive();
      if (bounds.signal.aborted) return { kind: "aborted" };
      throw error;
    } finally {
      end(nextDueAt);
    }
  };
}
