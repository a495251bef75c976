import type { SQSRecord } from "aws-lambda";
import { timeForRequest } from "../../lib/batch/deadline.ts";
import type { RecordControl, RecordHandler } from "../../lib/batch/each-record.ts";
import { holdUntil } from "../../lib/batch/hops.ts";
import { recordFacts } from "../../lib/batch/record-facts.ts";
import {
  type Held,
  held,
  PoisonRecordError,
  type RecordResult,
} from "../../lib/batch/record-result.ts";
import { MAX_OUTCOME_BYTES } from "../../lib/deliveries/destinations.ts";
import type { StartToClaim } from "../../lib/fence/fence.ts";
import { isGroupKey } from "../../lib/groups/group-writes.ts";
import type { HostPauses } from "../../lib/http/host-pauses.ts";
import type { HttpAnswer } from "../../lib/http/http-request.ts";
import {
  createEvaluationBudget,
  type EvaluationBudget,
} from "../../lib/jmespath/evaluation-budget.ts";
import { MAX_WAIT_SECONDS } from "../../lib/limits.ts";
import type { Logger } from "../../lib/log/logger.ts";
import { writtenOutcome } from "../../lib/outcome/outcome-json.ts";
import { hasAbort } from "../../lib/poll/abort-request.ts";
import { expiredBeforeRequest, holdWhilePaused } from "../../lib/poll/before-request.ts";
import { withIdempotencyKey } from "../../lib/poll/idempotency-key.ts";
import { carriedOutcome } from "../../lib/poll/message/deliver.ts";
import type { ParsedPollMessage } from "../../lib/poll/message/parse.ts";
import type { Poll } from "../../lib/poll/poll.ts";
import { requestToSend } from "../../lib/poll/request-to-send.ts";
import { afterRequest } from "../../lib/poll/step.ts";
import { startUnknown } from "../../lib/poll/steps/after-start.ts";
import { withTraceparent } from "../../lib/poll/with-traceparent.ts";
import type { OutOfScope } from "../../lib/secrets/send-with-secret.ts";
import { createTurns, type Turns } from "../../lib/timing/turns.ts";
import { askedBy } from "./asked-by.ts";
import { type ReadingPorts, readPoll } from "./read-poll.ts";

/** Expressions that take more steps than this take about a millisecond or longer. */
const COSTLY_STEPS = 5000;

/** Writing a longer outcome can take more than a millisecond. */
const COSTLY_LENGTH = 65_536;

/** A record that only a newer version of the poller can read comes back after this time, in seconds. */
const NEWER_VERSION_HOLD_SECONDS = 60;

/** The batch has no time left for the record's request. */
const NO_TIME: Held = { ...held(), waitReason: "no-time" };

/** The I/O that one poll needs. */
export interface PollPorts extends ReadingPorts {
  /** Sends one HTTP request; `timeoutMs` limits all of it, in ms. Never rejects: a failure is an answer. */
  readonly send: (
    request: ParsedPollMessage["request"],
    bounds: {
      readonly timeoutMs: number;
      readonly signal: AbortSignal;
      readonly turns?: Turns;
      /** `without` for a URL that a server named: the request is made without the secret. `@default` refuse */
      readonly outOfScope?: OutOfScope;
    },
  ) => Promise<HttpAnswer>;
  /** Shared by the batch. */
  readonly pauses: HostPauses;
  /** Makes the evaluation budget for the expressions of one response. Shared by the batch. */
  readonly newBudget: () => EvaluationBudget;
  /** Whether outcomes of any size are kept whole, because there is a store for large ones. Absent: they are not. */
  readonly keepsWhole?: boolean;
  readonly logger: Logger;
  /** A number from 0 up to 1. */
  readonly random: () => number;
}

/**
 * Makes the record handler that polls: it parses the message, claims it, sends one request, and returns the result.
 * A poll whose request cannot be sent now is held before the claim, so a hold costs no write.
 */
export function pollRecord(ports: PollPorts): RecordHandler {
  const { send, pauses, newBudget, fence, now, random } = ports;
  const turns = createTurns();
  const written = outcomeWriter(ports.keepsWhole ? Number.POSITIVE_INFINITY : MAX_OUTCOME_BYTES);

  return async (record, control) => {
    const { body } = recordFacts(record);
    if (ports.hasGroups && isGroupKey(body?.pollId))
      return written(await groupEnd(record, control));
    const poll = readPoll(record, ports);
    if (poll === undefined) return held({ delaySeconds: NEWER_VERSION_HOLD_SECONDS });
    const { undelivered } = poll.message;
    // Without a table, the outcome that was not delivered travels with the message. With one, the claim returns it.
    if (fence === undefined && undelivered !== undefined) {
      const carried = carriedOutcome(undelivered);
      if (carried !== undefined) return written(carried);
    }
    const expired = expiredBeforeRequest(poll, now());
    if (expired === undefined && undelivered === undefined) {
      const early = holdUntil(heldUntil(poll, now()), now());
      if (early !== undefined) {
        const seen = await fence?.lookWhileWaiting(record, control);
        if (seen === undefined) return holdUntil(heldUntil(poll, now()), now()) ?? held();
        if (seen !== "nudged") return finished(record, control, poll, written(seen), false);
      }
      const { request } = poll.message;
      const paused = holdWhilePaused(poll, pauses.pausedUntil(request, now()), now());
      if (paused !== undefined) return paused;
      if (timeForRequest(request.timeoutMs, control.deadline) === undefined) return NO_TIME;
    }
    const decided = await fence?.claim(record, control, startIn(poll));
    const ended = decided ?? expired;
    if (ended !== undefined) return finished(record, control, poll, written(ended), !decided);
    const startedAt = fence?.startedAtOf(record) ?? poll.startedAt;
    const sending = () => fence?.sending(record);
    const message = withTraceparent(poll.message, record);
    const result = await ask({ ...poll, message, startedAt }, control, sending);
    const kept = fence === undefined ? result : await fence.keepAnswer(record, result);
    return finished(record, control, poll, withBodyOf(result, kept), true);
  };

  /** Stops the job of a poll that was cancelled or has expired. @param isOwnEnd whether this record has ended it */
  async function finished(
    record: SQSRecord,
    control: RecordControl,
    { message }: Poll,
    ended: RecordResult,
    isOwnEnd: boolean,
  ): Promise<RecordResult> {
    if (ended.kind !== "completed" || !hasAbort(message)) return ended;
    const { abortJob } = await import("./abort-job.ts");
    return written(await abortJob({ record, control, message, ended, isOwnEnd }, ports));
  }

  /** The end of a group, which the table gives only to the message that the poller has sent for it. */
  async function groupEnd(record: SQSRecord, control: RecordControl): Promise<RecordResult> {
    const ended = await fence?.claim(record, control);
    if (ended !== undefined) return ended;
    throw new PoisonRecordError("pollId: is the id of a group whose outcome is not in the table");
  }

  /** `undefined`: the record holds no start. */
  function startIn(poll: Poll): StartToClaim | undefined {
    const { startedAt } = poll;
    const { step, isIdempotent } = poll.message;
    if (step !== "start") return undefined;
    return isIdempotent ? { startedAt } : { startedAt, unknown: () => startUnknown(poll, now()) };
  }

  /** @param sending called when the request may reach its server from now on */
  async function ask(
    poll: Poll,
    { signal, deadline }: RecordControl,
    sending: () => void,
  ): Promise<RecordResult> {
    const { request } = poll.message;
    const timeoutMs = timeForRequest(request.timeoutMs, deadline);
    if (timeoutMs === undefined) return NO_TIME;
    const { request: told, outOfScope } = requestToSend(poll.message);
    const at = now();
    sending();
    const answer = await send(withIdempotencyKey(poll, told), {
      timeoutMs,
      signal,
      turns,
      outOfScope,
    });
    const answeredAt = now();
    if (answer.kind === "response" || answer.kind === "unreadable") {
      pauses.note(request, answer.response, answeredAt, answer.redirectedTo);
    }
    // Judged before the next body is parsed: parsed bodies take many times their size in memory.
    return turns.take(() => {
      const isStart = poll.message.step === "start";
      // The batch ended while this record waited: the record is already held, and its time belongs to the next batch.
      // But the answer to a start does not come again.
      if (signal.aborted && (!isStart || answer.kind === "aborted")) {
        return { value: held(), wasCostly: false };
      }
      const budget = isStart ? createEvaluationBudget() : newBudget();
      const asked = askedBy(answer, at, answeredAt);
      const value = written({
        ...afterRequest(poll, answer, answeredAt, random, budget),
        ...asked,
      });
      const length = value.kind === "completed" ? (value.json?.length ?? 0) : 0;
      return { value, wasCostly: budget.spent > COSTLY_STEPS || length > COSTLY_LENGTH };
    }, "first");
  }
}

/** An outcome that was decided, with the body that the next message would have had. */
function withBodyOf(result: RecordResult, decided: RecordResult): RecordResult {
  if (result.kind !== "completed" || decided.kind !== "completed") return decided;
  return result.body === undefined ? decided : { ...decided, body: result.body };
}

/** @param maxBytes the largest outcome that it writes */
function outcomeWriter(maxBytes: number): (result: RecordResult) => RecordResult {
  return (result) =>
    result.kind === "completed" && result.outcome !== undefined
      ? { ...result, ...writtenOutcome(result.outcome, maxBytes, result.json) }
      : result;
}

/** Limits the sender's `notBefore`: with one that is years ahead, a poll would be requeued for years. */
function heldUntil({ message: { notBefore } }: Poll, now: number): number | undefined {
  return notBefore && Math.min(notBefore, now + MAX_WAIT_SECONDS * 1000);
}
