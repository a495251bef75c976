import type { HttpAnswer } from "../../lib/http/http-request.ts";
import { currentInvocation } from "../kit/invocation.ts";
import type { PollHistory } from "./history.ts";
import {
  answerTo,
  httpAnswer,
  httpStartAnswer,
  isUnknown,
  startsJob,
  transient,
  waitAfter,
  waitsLike,
} from "./job-server.ts";
import { ABORT, type Answer, START, type StartAnswer } from "./scenario.ts";
import type { WorldParts } from "./world.ts";

interface Request {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a server does with a request. */
interface Served {
  readonly answer: HttpAnswer;
  /** The answer as far as it decides when the next request is due. */
  readonly waitsLike: Answer;
  /** Called when the answer does not reach the poller. */
  lost(): void;
}

/** The servers of the polls: slow, broken, or inconsistent. */
export function faultyServers(parts: WorldParts) {
  const { clock, ledger, faults, rowStates } = parts;
  const polled = new Map<string, number>();
  return async (
    request: Request,
    bounds: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<HttpAnswer> => {
    currentInvocation()?.checkAlive();
    const run = parts.currentRun();
    const { pollId, isStart, isAbort } = placeOf(request);
    if (run === undefined) throw new Error("a request outside of an invocation");
    if (isAbort) return abort(pollId, bounds);
    const fault = faults.next("request");
    if (fault?.kind === "crashBefore") parts.crash();
    if (isStart && nextStartOf(pollId) === "noPlace") {
      ledger.starts.requested(pollId);
      return { kind: "aborted" };
    }
    const { history, end } = ledger.requested(run, pollId, clock.now());
    ledger.say(rowStates.checkRequest(run, pollId));
    let nextDueAt: number | undefined;
    const served = isStart ? start(history, request) : poll(history);
    try {
      const { plan, expiresAt } = history;
      const latencyMs = fault?.kind === "slow" ? fault.amount * 100 : plan.latencyMs;
      const isLate = served.waitsLike === "silent" || latencyMs > bounds.timeoutMs;
      await clock.sleep(isLate ? bounds.timeoutMs : latencyMs, bounds.signal);
      ledger.say(rowStates.checkRequest(run, pollId));
      if (fault?.kind === "crashAfter") parts.crash();
      const record = run.records.find(({ body }) => ledger.historyOf(body) === history);
      const { retryCount = 0 } = JSON.parse(record?.body ?? "{}");
      const now = clock.now();
      const toExpiry = expiresAt === undefined ? undefined : (expiresAt - now) / 1000;
      const given = isLate ? "silent" : fault?.kind === "refused" ? "broken" : served.waitsLike;
      nextDueAt = now + waitAfter(plan, given, retryCount, toExpiry) * 1000;
      run.dueAt.set(pollId, nextDueAt);
      ledger.check();
      if (isLate || fault?.kind === "refused") served.lost();
      if (isLate) return transient("TimeoutError", "no complete response in time");
      return fault?.kind === "refused" ? transient("Error", "reset") : served.answer;
    } catch (error) {
      served.lost();
      currentInvocation()?.checkAlive();
      if (bounds.signal.aborted) return { kind: "aborted" };
      throw error;
    } finally {
      end(nextDueAt);
    }
  };

  async function abort(
    pollId: string,
    { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ): Promise<HttpAnswer> {
    const fault = faults.next("abort");
    if (fault?.kind === "crashBefore") parts.crash();
    const history = ledger.polls.get(pollId);
    if (history === undefined) throw new Error(`an abort of an unknown poll: ${pollId}`);
    ledger.cancellations.aborted(history, ledger.deliveries.isTold(pollId));
    const latencyMs = fault?.kind === "slow" ? fault.amount * 100 : history.plan.latencyMs;
    try {
      await clock.sleep(Math.min(latencyMs, timeoutMs), signal);
    } catch (error) {
      currentInvocation()?.checkAlive();
      if (signal.aborted) return { kind: "aborted" };
      throw error;
    }
    if (fault?.kind === "crashAfter") parts.crash();
    if (fault?.kind === "refused") return transient("Error", "reset");
    return httpAnswer(latencyMs > timeoutMs ? "silent" : "pending");
  }

  function poll({ plan, pollId }: PollHistory): Served {
    const nth = polled.get(pollId) ?? 0;
    polled.set(pollId, nth + 1);
    const answer = answerTo(plan, nth);
    return { answer: httpAnswer(answer), waitsLike: answer, lost: () => undefined };
  }

  function nextStartOf(pollId: string): StartAnswer {
    const nth = ledger.starts.requestsOf(pollId);
    return ledger.polls.get(pollId)?.plan.start?.answers[nth] ?? "started";
  }

  function start({ pollId }: PollHistory, { url, headers }: Request): Served {
    const { starts } = ledger;
    const answer = nextStartOf(pollId);
    starts.requested(pollId);
    const key = headers["idempotency-key"];
    const job = startsJob(answer) ? starts.started(pollId, key) : 0;
    const location = new URL(`/${pollId}/${job}`, url).href;
    const lost = () => starts.mayBeUnknown(pollId);
    if (isUnknown(answer)) lost();
    return { answer: httpStartAnswer(answer, location), waitsLike: waitsLike(answer), lost };
  }
}

function placeOf({ url }: Request) {
  const [first = "", second = ""] = new URL(url).pathname.slice(1).split("/");
  const [isStart, isAbort] = [first === START, first === ABORT];
  return { pollId: isStart || isAbort ? second : first, isStart, isAbort };
}
