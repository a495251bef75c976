import type { JsonObject } from "../json/json.ts";

/** Asked, not done: the record is requeued with its `retryCount` raised, and only then acknowledged. */
export interface Pending {
  readonly kind: "pending";
  /** Seconds from now until the record comes back. */
  readonly delaySeconds: number;
  /** The body to requeue instead of the one received, before `retryCount` is raised in it. */
  readonly body?: JsonObject;
}

/** Not asked this time: the record is requeued as it is, uses no retry, and only then is acknowledged. */
export interface Held {
  readonly kind: "held";
  /** Seconds from now until the record comes back. */
  readonly delaySeconds: number;
  /** Set when the fence's table refused the claim, so that metrics and alarms see it. */
  readonly tableRefused?: true;
}

/** Terminal: the outcome, where there is one, is delivered, and only then is the record acknowledged. */
export interface Completed {
  readonly kind: "completed";
  /** What is delivered: our Outcome, or any JSON object of yours. */
  readonly outcome?: JsonObject;
  /** The outcome where it is written already: what is delivered, byte for byte. */
  readonly json?: string;
}

/** What a record's handler returns. It throws instead when the record could not be processed now. */
export type RecordResult = Pending | Held | Completed;

/** One record's settled result, in its record's place; what the middlewares read and may turn into a rejection. */
export type SettledRecord =
  | {
      readonly status: "fulfilled";
      readonly value: RecordResult;
      /** When the handler returned, in epoch ms: delays count from here. Absent: from now. */
      readonly settledAt?: number;
    }
  | { readonly status: "rejected"; readonly reason: unknown };

/**
 * Says that a record was asked and is not done.
 *
 * @param options.delaySeconds seconds until it comes back, 0 or more. `@default` 0
 * @param options.body the body to requeue instead of the one received
 * @throws {RangeError} when `delaySeconds` is not a number of 0 or more.
 */
export function pending(options: { delaySeconds?: number; body?: JsonObject } = {}): Pending {
  const delaySeconds = checkedDelay("pending", options.delaySeconds);
  return options.body === undefined
    ? { kind: "pending", delaySeconds }
    : { kind: "pending", delaySeconds, body: options.body };
}

/**
 * Says that a record was not asked this time and must come back as it is.
 *
 * @param options.delaySeconds seconds until it comes back, 0 or more. `@default` 0
 * @throws {RangeError} when `delaySeconds` is not a number of 0 or more.
 */
export function held(options: { delaySeconds?: number } = {}): Held {
  return { kind: "held", delaySeconds: checkedDelay("held", options.delaySeconds) };
}

/**
 * Says that a record is done, whatever came of it.
 *
 * @param outcome what is delivered; without one the record is simply acknowledged
 */
export function completed(outcome?: JsonObject): Completed {
  return outcome === undefined ? { kind: "completed" } : { kind: "completed", outcome };
}

/** Tells whether a value is a record result, whatever copy of this package made it. */
export function isRecordResult(value: unknown): value is RecordResult {
  return waits(value)
    ? "delaySeconds" in value && isDelay(value.delaySeconds)
    : hasKind(value) && value.kind === "completed";
}

/** Tells whether a value wants to be a record result that waits, though it may not say how long. */
export function waits(value: unknown): value is { kind: "pending" | "held" } {
  return hasKind(value) && (value.kind === "pending" || value.kind === "held");
}

function hasKind(value: unknown): value is { kind: unknown } {
  return typeof value === "object" && value !== null && "kind" in value;
}

/**
 * Thrown for a record that can never be processed: it goes to the dead-letter queue at once,
 * body unchanged, with `status` and the message as message attributes.
 */
export class PoisonRecordError extends Error {
  override readonly name = "PoisonRecordError";
  /** Why it is a dead letter: `poison`, or the status of a poll that ended badly and has no outcome queue. */
  readonly status: string;
  /** What a log line says instead of the message, where that shows what the sender chose. */
  readonly logMessage: string;

  constructor(
    message: string,
    options: ErrorOptions & { status?: string; logMessage?: string } = {},
  ) {
    super(message, options);
    this.status = options.status ?? "poison";
    this.logMessage = options.logMessage ?? message;
  }
}

/** Tells whether a rejection's reason is a {@link PoisonRecordError}, whatever copy of this package threw it. */
export function isPoison(reason: unknown): reason is PoisonRecordError {
  return reason instanceof Error && reason.name === "PoisonRecordError";
}

/**
 * Thrown for a record that can be processed only after a time that is known: `failureBackoff` makes it visible again
 * no earlier. Once it was received several times it comes back later than that, as after any other failure.
 */
export class RetryLaterError extends Error {
  override readonly name = "RetryLaterError";
  /** Seconds from now, 0 to 43200. */
  readonly retryAfterSeconds: number;

  constructor(message: string, options: ErrorOptions & { retryAfterSeconds: number }) {
    super(message, options);
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/** Tells whether a rejection's reason is a {@link RetryLaterError}, whatever copy of this package threw it. */
export function isRetryLater(reason: unknown): reason is RetryLaterError {
  return reason instanceof Error && reason.name === "RetryLaterError";
}

function checkedDelay(result: string, delaySeconds: unknown = 0): number {
  if (isDelay(delaySeconds)) return delaySeconds;
  const shown = typeof delaySeconds === "string" ? `the string "${delaySeconds}"` : delaySeconds;
  throw new RangeError(
    `${result}({ delaySeconds }) must be a number of seconds, 0 or more, got ${shown}`,
  );
}

function isDelay(seconds: unknown): seconds is number {
  return typeof seconds === "number" && Number.isFinite(seconds) && seconds >= 0;
}
