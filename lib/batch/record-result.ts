import type { JsonObject } from "../json/json.ts";

/** What came of the request that a record sent, for the poll's history. */
export interface Asked {
  /** When it was sent, in epoch ms. */
  readonly at: number;
  readonly latencyMs: number;
  /** The HTTP status, if there was an answer. */
  readonly status?: number;
  /** The error's code, for example ECONNREFUSED, or else its name, if there was one. */
  readonly error?: string;
}

/** What a record that comes back says of its wait, for the poll's history. */
export interface Waiting {
  /**
   * Why it waits as long as it does: its own backoff, the server's Retry-After, the operator's shortest delay, its last
   * request before it expires, a pause that its host asked for, no time left in the batch, or a next step that is due
   * at once.
   */
  readonly waitReason?:
    | "backoff"
    | "retry-after"
    | "least-delay"
    | "expiry"
    | "host-pause"
    | "no-time"
    | "next-step";
}

/**
 * A request was sent, and the poll is not done: the record is requeued with 1 added to `retryCount`, then acknowledged.
 */
export interface Pending extends Waiting {
  readonly kind: "pending";
  readonly asked?: Asked;
  /** Seconds from now until the record comes back. */
  readonly delaySeconds: number;
  /** The body to requeue instead of the received one, before 1 is added to its `retryCount`. */
  readonly body?: JsonObject;
  /**
   * The job is done, or the request was not sent: nothing is added to `retryCount`, and no limit of retries applies.
   */
  readonly usesNoRetry?: true;
}

/** No request was sent this time: the record is requeued unchanged, uses no retry, and is then acknowledged. */
export interface Held extends Waiting {
  readonly kind: "held";
  /** Seconds from now until the record comes back. */
  readonly delaySeconds: number;
  /** Set when the fence's table refused the claim, so that metrics and alarms see it. */
  readonly tableRefused?: true;
  /** Set when a destination refused the outcome for now, so that metrics and alarms see it. */
  readonly deliveryRefused?: true;
}

/** The poll has ended: its outcome, if there is one, is delivered, and then the record is acknowledged. */
export interface Completed {
  readonly kind: "completed";
  readonly asked?: Asked;
  /** The outcome to deliver: an `Outcome`, or any JSON object of yours. */
  readonly outcome?: JsonObject;
  /** The outcome's JSON, if already written: it is delivered byte for byte. */
  readonly json?: string;
  /** The body that the poll's next message would have had, if this is no end that an answer has made. */
  readonly body?: JsonObject;
  /** Set when the fence's table holds the outcome, so that the record gets it again when it comes back. */
  readonly isInTable?: true;
}

/** What a record's handler returns. It throws instead when the record could not be processed now. */
export type RecordResult = Pending | Held | Completed;

/** A record's settled result. Middlewares read it and may turn it into a rejection. */
export type SettledRecord =
  | {
      readonly status: "fulfilled";
      readonly value: RecordResult;
      /** When the handler returned, in epoch ms: delays count from then. Absent: from now. */
      readonly settledAt?: number;
    }
  | { readonly status: "rejected"; readonly reason: unknown };

/**
 * The result of a record whose request was sent and whose poll is not done.
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
 * The result of a record whose request was not sent this time, and which must come back unchanged.
 *
 * @param options.delaySeconds seconds until it comes back, 0 or more. `@default` 0
 * @throws {RangeError} when `delaySeconds` is not a number of 0 or more.
 */
export function held(options: { delaySeconds?: number } = {}): Held {
  return { kind: "held", delaySeconds: checkedDelay("held", options.delaySeconds) };
}

/**
 * The result of a record whose poll has ended, in success or failure.
 *
 * @param outcome the outcome to deliver; without one the record is only acknowledged
 */
export function completed(outcome?: JsonObject): Completed {
  return outcome === undefined ? { kind: "completed" } : { kind: "completed", outcome };
}

/** Whether a value is a record result from any copy of this package. */
export function isRecordResult(value: unknown): value is RecordResult {
  return waits(value)
    ? "delaySeconds" in value && isDelay(value.delaySeconds)
    : hasKind(value) && value.kind === "completed";
}

/** Whether a value looks like a pending or held result; its `delaySeconds` may be missing or invalid. */
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
  /**
   * Why it is a dead letter: `poison`, `undelivered`, or the status of an unsuccessful poll when there is no outcome
   * queue.
   */
  readonly status: string;
  /** The message for logs, without anything that the sender wrote. */
  readonly logMessage: string;
  /** The body of the dead letter. `undefined`: the record's own. */
  readonly body: string | undefined;
  /** The problems that the message lists, one each: `field: what it must be`. */
  readonly problems: readonly string[];

  constructor(
    message: string,
    options: ErrorOptions & {
      status?: string;
      logMessage?: string;
      body?: string;
      problems?: readonly string[];
    } = {},
  ) {
    super(message, options);
    this.body = options.body;
    this.problems = options.problems ?? [message];
    this.status = options.status ?? "poison";
    this.logMessage = options.logMessage ?? message;
  }
}

/** Whether a rejection's reason is a {@link PoisonRecordError} from any copy of this package. */
export function isPoison(reason: unknown): reason is PoisonRecordError {
  return reason instanceof Error && reason.name === "PoisonRecordError";
}

/**
 * Thrown for a record that can be processed only after a known time: `failureBackoff` does not make it visible earlier.
 * After several receives it comes back later than that, as after any other failure.
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

/** Whether a rejection's reason is a {@link RetryLaterError} from any copy of this package. */
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
