import { type Completed, completed } from "../../batch/record-result.ts";
import type { ErrorDescription, HttpResponse } from "../../http/http-request.ts";
import { type OutcomeDetails, outcomeOf } from "../../outcome/outcome.ts";
import { exhaustedError } from "../exhausted.ts";
import type { Poll } from "../poll.ts";

/** A response, without its body if that could not be read. */
export type Seen = Partial<HttpResponse> | undefined;

/** Ends a poll. Once it fetches its result, the outcome says where the result is. */
export function end(poll: Poll, details: OutcomeDetails, now: number, response?: Seen): Completed {
  const { message, pollId, startedAt } = poll;
  const { retryCount, step, request } = message;
  const identity = {
    pollId,
    retryCount,
    startedAt,
    ...("context" in message ? { context: message.context } : {}),
  };
  const { status, ...more } = details;
  return completed(
    outcomeOf(
      identity,
      {
        status,
        ...(response && { response }),
        ...more,
        ...(step === "result" && { resultUrl: request.url }),
      },
      now,
    ),
  );
}

/** @param last the error of the last request */
export function expired({ caps }: Poll, last?: ErrorDescription): OutcomeDetails {
  const cause = caps?.expiredBy ?? "the poll's expiresAt";
  const error = { name: "PollExpired", message: `${cause} passed before it was done` };
  return { status: "expired", error: endingError(error, caps?.expiredBy, last) };
}

/** @param last the error of the last request */
export function exhausted({ message, caps }: Poll, last?: ErrorDescription): OutcomeDetails {
  const error = exhaustedError(message.retryCount, caps?.exhaustedBy);
  return { status: "exhausted", error: endingError(error, caps?.exhaustedBy, last) };
}

/** Adds oddities to the error: an acceptor that never matched may be wrong, and they may show why. */
export function withOddities(
  details: OutcomeDetails,
  odd: readonly string[] | undefined,
): OutcomeDetails {
  if (details.error === undefined || odd === undefined || odd.length === 0) return details;
  const message = [details.error.message, ...odd].join("; ");
  return { ...details, error: { ...details.error, message } };
}

/** The last request's error replaces a message limit's error, but is joined with that of an operator's cap. */
function endingError(
  end: ErrorDescription,
  cap: string | undefined,
  last: ErrorDescription | undefined,
): ErrorDescription {
  if (last === undefined) return end;
  return cap === undefined ? last : { ...last, message: `${last.message}; ${end.message}` };
}
