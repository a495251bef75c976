import { setTimeout as sleep } from "node:timers/promises";
import { type Deadline, timeForRequest } from "../../lib/batch/deadline.ts";
import type { HttpAnswer } from "../../lib/http/http-request.ts";
import type { RequestToSend } from "../../lib/poll/request-to-send.ts";
import { hasProcessedNothing, wasNeverSent } from "../../lib/poll/steps/not-processed.ts";
import { askedDelaySeconds } from "../../lib/timing/retry-after.ts";
import type { PollPorts } from "./poll-record.ts";

const MOST_TRIES = 3;

/** A server that asks for a longer pause is not waited for: the batch has other records. */
const LONGEST_PAUSE_SECONDS = 5;

const DEFAULT_PAUSE_SECONDS = 1;

/**
 * Sends a request that must be processed at most once: again only while it is certain that no server has processed it,
 * and while the batch has time. Its first try has had its time already.
 *
 * @returns the last answer
 */
export async function sendUntilProcessed(
  { request, outOfScope }: RequestToSend,
  { signal, deadline }: { readonly signal: AbortSignal; readonly deadline: Deadline },
  { send, now }: Pick<PollPorts, "send" | "now">,
): Promise<HttpAnswer> {
  for (let tries = 1; ; tries++) {
    const timeoutMs = timeForRequest(request.timeoutMs, deadline) ?? deadline.remainingMs();
    const answer = await send(request, { timeoutMs, signal, outOfScope });
    const pauseMs = 1000 * (signal.aborted ? Number.POSITIVE_INFINITY : pauseAfter(answer, now()));
    const hasTime = deadline.remainingMs() - pauseMs > request.timeoutMs;
    if (tries === MOST_TRIES || pauseMs > LONGEST_PAUSE_SECONDS * 1000 || !hasTime) return answer;
    try {
      await sleep(pauseMs, undefined, { signal });
    } catch {
      return answer;
    }
  }
}

/** In seconds; infinite: the request may have been processed. */
function pauseAfter(answer: HttpAnswer, now: number): number {
  // Its host had no place, or this machine no socket.
  if (answer.kind === "aborted") return answer.delaySeconds ?? DEFAULT_PAUSE_SECONDS;
  if (wasNeverSent(answer)) return DEFAULT_PAUSE_SECONDS;
  const response = "response" in answer ? answer.response : undefined;
  if (response === undefined || !hasProcessedNothing(response)) return Number.POSITIVE_INFINITY;
  return askedDelaySeconds(response, now) ?? DEFAULT_PAUSE_SECONDS;
}
