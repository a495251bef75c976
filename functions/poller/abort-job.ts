import type { SQSRecord } from "aws-lambda";
import { timeForRequest } from "../../lib/batch/deadline.ts";
import type { RecordControl } from "../../lib/batch/each-record.ts";
import { type Completed, held, type RecordResult } from "../../lib/batch/record-result.ts";
import { hasStartedNothing } from "../../lib/fence/claimed-start.ts";
import type { HttpAnswer } from "../../lib/http/http-request.ts";
import { isSuccessful } from "../../lib/http/status.ts";
import { tellLogger } from "../../lib/log/logger.ts";
import { abortAtIn, abortRequest } from "../../lib/poll/abort-request.ts";
import type { ParsedPollMessage } from "../../lib/poll/message/parse.ts";
import { withTraceparent } from "../../lib/poll/with-traceparent.ts";
import type { PollPorts } from "./poll-record.ts";
import { sendUntilProcessed } from "./send-until-processed.ts";

/** A poll that has ended, and whose message says how its job is stopped. */
interface EndedPoll {
  readonly record: SQSRecord;
  readonly control: RecordControl;
  readonly message: ParsedPollMessage;
  /** How it has ended, as far as this record knows. */
  readonly ended: Completed;
  /** Whether this record's own claim and request have ended it. */
  readonly isOwnEnd: boolean;
}

type AbortPorts = Pick<PollPorts, "send" | "fence" | "logger" | "now">;

/**
 * Decides how a poll has ended, and stops its job if it was cancelled or has expired. That is done before the outcome is
 * delivered, at most once, and whatever comes of it changes nothing for the outcome. Without enough time, the record
 * comes back for it.
 */
export async function abortJob(
  { record, control, message, ended, isOwnEnd }: EndedPoll,
  ports: AbortPorts,
): Promise<RecordResult> {
  const { fence, logger } = ports;
  const { signal, deadline } = control;
  const result = fence?.hasClaimed(record) ? await fence.decide(record, ended, { signal }) : ended;
  const { status } = result.outcome ?? {};
  if (status !== "cancelled" && status !== "expired") return result;
  if (isOwnEnd && hasNoJob(message, { ...ended, ...result })) return result;
  if (wasOnItsWay(message)) return result;
  const told = abortRequest({ ...withTraceparent(message, record), ...namedAtLast(ended) });
  if (told === undefined) return result;
  const hasTime = timeForRequest(told.request.timeoutMs, deadline) !== undefined;
  if (!hasTime || signal.aborted) return held();
  const onlyClaimed = message.step === "start";
  const mark = fence === undefined || (await fence.markAbort(record, { signal, onlyClaimed }));
  if (mark === false) return result;
  if (mark !== true) return mark;
  const answer = await sendUntilProcessed(told, control, ports);
  tellLogger(logger, { ...cameOf(answer), messageId: record.messageId, pollId: message.pollId });
  return result;
}

/** When somebody else has ended it, the row does not say so: then it is told to stop all the same. */
function hasNoJob({ step, isIdempotent }: ParsedPollMessage, ended: Completed): boolean {
  return step === "start" && !isIdempotent && hasStartedNothing(ended);
}

/** Its record has been here before: what was to be done about its job was done then. */
function wasOnItsWay({ undelivered }: ParsedPollMessage): boolean {
  return undelivered !== undefined && undelivered.attempts > 0;
}

/** The last answer of the poll may have named the abort: no message says so then. */
function namedAtLast({ body }: Completed): Pick<ParsedPollMessage, "abortAt"> {
  const abortAt = abortAtIn(body);
  return abortAt === undefined ? {} : { abortAt };
}

function cameOf(answer: HttpAnswer) {
  const status = "response" in answer ? answer.response?.status : undefined;
  if (status !== undefined && isSuccessful(status)) {
    return { level: "INFO", message: "job aborted", status } as const;
  }
  const message = "job not aborted: it may run on";
  const refusal = "error" in answer ? answer.error.name : answer.kind;
  return { level: "WARN", message, refusal, ...(status === undefined ? {} : { status }) } as const;
}
