import { isPoison } from "../batch/record-result.ts";
import type { HttpAnswer } from "../http/http-request.ts";
import { isJsonObject, parseJsonExactly } from "../json/json.ts";
import { expiredBeforeRequest } from "../poll/before-request.ts";
import { withIdempotencyKey } from "../poll/idempotency-key.ts";
import { type ParsedPollMessage, parsePollMessage } from "../poll/message/parse.ts";
import { cappedPoll, type OperatorCaps } from "../poll/operator-caps.ts";
import type { Poll } from "../poll/poll.ts";
import { requestToSend } from "../poll/request-to-send.ts";
import type { OutOfScope } from "../secrets/send-with-secret.ts";
import type { PresetList } from "../verdict/preset-list.ts";
import { type Explanation, explain } from "./explanation.ts";
import { scrubOf } from "./hidden-values.ts";
import { readRecordedAnswer } from "./recorded-answer.ts";
import { syntaxPlace } from "./syntax-place.ts";

/** What {@link tryMessage} needs. */
export interface TryPorts {
  /** Sends one request, as the poller does; never rejects. */
  readonly send: (
    request: ParsedPollMessage["request"],
    bounds: {
      readonly timeoutMs: number;
      readonly signal: AbortSignal;
      readonly outOfScope?: OutOfScope;
    },
  ) => Promise<HttpAnswer>;
  /** The clock, in epoch ms. */
  readonly now: () => number;
  /** Stops the request. `@default` nothing does */
  readonly signal?: AbortSignal;
  /** The presets that the message may name. `@default` those of this package */
  readonly presets?: PresetList;
  /** `@default` none */
  readonly caps?: OperatorCaps;
  /** Whether a start may be made that is not idempotent. `@default` false */
  readonly mayStart?: boolean;
  /** A recorded answer: it is explained, and nothing is asked. `@default` the server is asked */
  readonly recordedAnswer?: string;
}

/** The request was not made, and nothing is explained. */
export class NotAskedError extends Error {
  override readonly name = "NotAskedError";
}

/** A message has an expression that is wrong for every answer. */
export class WrongExpressionError extends Error {
  override readonly name = "WrongExpressionError";
  /** `until.success` */
  readonly field: string;
  readonly expression: string;
  /** How many characters stand before the mistake. `undefined`: it is JMESPath, but not what was meant. */
  readonly place: number | undefined;

  constructor(message: string, field: string, expression: string, options: ErrorOptions) {
    super(message, options);
    this.field = field;
    this.expression = expression;
    this.place = syntaxPlace(expression);
  }
}

/**
 * Asks the server once what a poll message asks, and explains its answer. Nothing is written, sent to a queue, or asked
 * again: of a poll, this is one request and the decision after it.
 *
 * @param text a poll message as JSON: a new one, or one from a queue
 * @throws {PoisonRecordError} when it is no valid message: naming each invalid field
 * @throws {WrongExpressionError} when one of its expressions is wrong
 * @throws {RecordedAnswerError} when the recorded answer cannot be read
 * @throws {NotAskedError} when the poller would not ask, or the request must not be made only to try it
 */
export async function tryMessage(text: string, ports: TryPorts): Promise<Explanation> {
  const { send, now, signal = new AbortController().signal, recordedAnswer } = ports;
  const poll = readPoll(text, ports);
  const { message } = poll;
  if (recordedAnswer !== undefined) {
    const response = readRecordedAnswer(recordedAnswer, message.step === "result");
    return explain(poll, { kind: "response", response }, now(), scrubOf(message));
  }
  refuseToAsk(poll, ports);
  const { request, outOfScope } = requestToSend(message);
  const { timeoutMs } = request;
  const bounds = { timeoutMs, signal, outOfScope };
  const answer = await send(withIdempotencyKey(poll, request), bounds);
  signal.throwIfAborted();
  if (answer.kind === "aborted") {
    throw new NotAskedError("the request was not sent, because this machine could not: try again");
  }
  return explain(poll, answer, now(), scrubOf(message));
}

function readPoll(text: string, { presets, caps, now }: TryPorts): Poll {
  const message = parsed(text, presets);
  const { startedAt = now(), pollId = "try" } = message;
  const poll = { message, pollId, startedAt };
  return caps === undefined ? poll : cappedPoll(poll, caps);
}

function parsed(text: string, presets: PresetList | undefined): ParsedPollMessage {
  try {
    return parsePollMessage(text, 0, presets);
  } catch (error) {
    if (!isPoison(error)) throw error;
    const { message } = error;
    const field = /^until\.(\w+):/.exec(message)?.[1];
    const expression = field === undefined ? undefined : expressionIn(text, field);
    if (expression === undefined) throw error;
    throw new WrongExpressionError(message, `until.${field}`, expression, { cause: error });
  }
}

function expressionIn(text: string, field: string): string | undefined {
  const body = parseJsonExactly(text);
  const until = isJsonObject(body) ? body.until : undefined;
  const expression = isJsonObject(until) ? until[field] : undefined;
  return typeof expression === "string" && field !== "preset" ? expression : undefined;
}

/** @throws {NotAskedError} */
function refuseToAsk(poll: Poll, { mayStart = false, now }: TryPorts): void {
  const { step, isIdempotent, delivery, undelivered } = poll.message;
  if (delivery !== undefined) {
    throw new NotAskedError("delivery: this poll delivers an outcome, which is not done as a try");
  }
  if (undelivered !== undefined) {
    throw new NotAskedError("undelivered: this poll has ended, and only its outcome is on its way");
  }
  if (expiredBeforeRequest(poll, now()) !== undefined) {
    throw new NotAskedError(
      "expiresAt: it has passed, so the poller would end this poll as expired, without a request",
    );
  }
  if (step === "start" && !isIdempotent && !mayStart) {
    throw new NotAskedError(
      "start: it is not idempotent, and each time that it is made it starts a job",
    );
  }
}
