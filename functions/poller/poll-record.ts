import type { SQSRecord } from "aws-lambda";
import { timeForRequest } from "../../lib/batch/deadline.ts";
import type { RecordControl, RecordHandler } from "../../lib/batch/each-record.ts";
import { holdUntil, MAX_WAIT_SECONDS } from "../../lib/batch/hops.ts";
import { recordFacts } from "../../lib/batch/record-facts.ts";
import { held, type RecordResult } from "../../lib/batch/record-result.ts";
import type { Fence } from "../../lib/fence/fence.ts";
import type { HostPauses } from "../../lib/http/host-pauses.ts";
import type { HttpAnswer } from "../../lib/http/http-request.ts";
import type { EvaluationBudget } from "../../lib/jmespath/evaluation-budget.ts";
import { completedWritten } from "../../lib/outcome/outcome-message.ts";
import { cappedPoll, type OperatorCaps } from "../../lib/poll/caps.ts";
import { startedAtOf } from "../../lib/poll/message/next.ts";
import { type ParsedPollMessage, parsePollMessage } from "../../lib/poll/message/parse.ts";
import {
  afterRequest,
  expiredBeforeRequest,
  holdWhilePaused,
  type Poll,
} from "../../lib/poll/step.ts";
import { attributesSize, attributesToSend } from "../../lib/sqs/message-attributes.ts";
import { createTurns } from "./turns.ts";

/** Expressions that took more steps than this took a millisecond or so. */
const COSTLY_STEPS = 5000;

/** What one poll needs of the world. */
export interface PollPorts {
  /** Makes one HTTP request, within a limit over all of it, in ms. Never rejects: what went wrong is the answer. */
  readonly send: (
    request: ParsedPollMessage["request"],
    bounds: { readonly timeoutMs: number; readonly signal: AbortSignal },
  ) => Promise<HttpAnswer>;
  /** The batch's. */
  readonly pauses: HostPauses;
  /** Makes the budget of one response's expressions; the batch's. */
  readonly newBudget: () => EvaluationBudget;
  /** `undefined`: copies of a poll are not told apart. */
  readonly fence: Fence | undefined;
  /** `undefined`: a message gets what it asks for. */
  readonly caps: OperatorCaps | undefined;
  /** The clock, in epoch ms. */
  readonly now: () => number;
  /** A number from 0 up to 1. */
  readonly random: () => number;
}

/**
 * Makes the record handler that polls: parses the message, claims it, asks once, and says what becomes of the poll.
 * What is not asked this time is held before it claims: a hold costs no write.
 */
export function pollRecord(ports: PollPorts): RecordHandler {
  const { send, pauses, newBudget, fence, caps, now, random } = ports;
  const turns = createTurns();

  return async (record, control) => {
    const poll = readPoll(record, now, caps);
    const expired = expiredBeforeRequest(poll, now());
    if (expired === undefined) {
      const early = holdUntil(heldUntil(poll, now()), now());
      if (early !== undefined) return early;
      const { request } = poll.message;
      const paused = holdWhilePaused(poll, pauses.pausedUntil(request, now()), now());
      if (paused !== undefined) return paused;
      if (timeForRequest(request.timeoutMs, control.deadline) === undefined) return held();
    }
    const result = (await fence?.claim(record, control)) ?? expired ?? (await ask(poll, control));
    if (result.kind !== "completed" || result.outcome === undefined) return result;
    return completedWritten(result.outcome, result.json);
  };

  async function ask(poll: Poll, { signal, deadline }: RecordControl): Promise<RecordResult> {
    const { request } = poll.message;
    const timeoutMs = timeForRequest(request.timeoutMs, deadline);
    if (timeoutMs === undefined) return held();
    const answer = await send(request, { timeoutMs, signal });
    const answeredAt = now();
    if (answer.kind === "response" || answer.kind === "unreadable") {
      pauses.note(request, answer.response, answeredAt, answer.redirectedTo);
    }
    return turns.take(() => {
      // Whoever waited beyond the batch's end is held by now: its time belongs to the next batch.
      if (signal.aborted) return { value: held(), wasCostly: false };
      const budget = newBudget();
      const value = afterRequest(poll, answer, answeredAt, random, budget);
      return { value, wasCostly: budget.spent > COSTLY_STEPS };
    });
  }
}

/** A sender's own `notBefore`, years ahead, would go round for ever and use no retry. */
function heldUntil({ message: { notBefore } }: Poll, now: number): number | undefined {
  return notBefore && Math.min(notBefore, now + MAX_WAIT_SECONDS * 1000);
}

function readPoll(record: SQSRecord, now: () => number, caps: OperatorCaps | undefined): Poll {
  const attributesBytes = attributesSize(attributesToSend(record.messageAttributes));
  const message = parsePollMessage(recordFacts(record), attributesBytes);
  const poll = {
    message,
    pollId: message.pollId ?? record.messageId,
    startedAt: startedAtOf(message.body, record) ?? now(),
  };
  return caps === undefined ? poll : cappedPoll(poll, caps);
}
