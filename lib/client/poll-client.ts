import type { Outcome } from "../outcome/outcome.ts";
import type { PollStatus } from "../polls/poll-status.ts";
import type { DeadLetter } from "./dead-letters.ts";
import type { ListOptions } from "./list-filter.ts";
import type { NudgeResult, WakeMessage } from "./nudge.ts";
import type { CancelResult } from "./poll-rows.ts";
import type { Depths } from "./queue-attributes.ts";
import type { OutcomesOptions, QueuedOutcome } from "./receive-outcomes.ts";
import type { RedriveOptions, RedriveResult } from "./redrive.ts";
import type { SubmitOptions } from "./send-submissions.ts";
import type { AwsClients } from "./services.ts";
import type { Submission } from "./submissions.ts";
import type { WaitOptions } from "./wait-for-end.ts";

/** Options of `createPollClient`: the outputs of a stack. */
export interface PollClientOptions extends AwsClients {
  /** The stack's output `QueueUrl`. */
  readonly queueUrl: string;
  /** The stack's output `TableName`: for what asks about single polls. */
  readonly tableName?: string | undefined;
  /** The stack's output `OutcomeQueueUrl`: for `outcomes`. */
  readonly outcomeQueueUrl?: string | undefined;
  /** The stack's output `DeadLetterQueueUrl`: for `deadLetters` and `redrive`. */
  readonly deadLetterQueueUrl?: string | undefined;
  /** The stack's output `FunctionArn`: for `pause` and `resume`. */
  readonly functionName?: string | undefined;
  /** Makes a poll's message visible now, for `nudge`. Only a local stack can: `localStack()` gives it. */
  readonly wakeMessage?: WakeMessage | undefined;
  /** The clock, in epoch ms. `@default` Date.now */
  readonly now?: () => number;
  /** Makes the pollId of a message without one. `@default` randomUUID */
  readonly newId?: () => string;
}

/** Options of `deadLetters`. */
export interface DeadLettersOptions {
  /** Ends the loop. */
  readonly signal?: AbortSignal;
}

/**
 * Submits polls to a stack, and finds out what becomes of them. Each method throws a TypeError when its arguments are
 * not what it takes, or an option is unknown.
 */
export interface PollClient {
  /**
   * Checks a message as the poller does, and sends it.
   *
   * @param message a value, or the text of its JSON, whose numbers keep all digits
   * @returns its pollId: the message's, or a new one
   * @throws {InvalidMessageError} when the poller would refuse it; nothing was sent
   * @throws {SubmitError} when it was not sent, or may have been
   */
  submit(message: Submission, options?: SubmitOptions): Promise<string>;
  /**
   * Checks all messages before it sends the first one, in batches.
   *
   * @returns their pollIds, in their order
   * @throws {InvalidMessageError} naming each message that the poller would refuse; nothing was sent
   * @throws {SubmitError} naming each message that was not sent, or may have been
   */
  submit(messages: readonly Submission[], options?: SubmitOptions): Promise<string[]>;
  /**
   * Says where a poll is.
   *
   * @returns `undefined` when it is not known: its first message was not received yet, or it ended 28 days ago
   * @throws {NoTableError} when the client was made without a table, as the methods below do; a TypeError when the
   *   fence has not written its row
   */
  status(pollId: string): Promise<PollStatus | undefined>;
  /**
   * Lists polls, in no order. It reads the whole table, page by page: a million rows of 1 KB cost about $0.02.
   * A poll whose first message was not received yet has no row. A row that the fence has not written is left out.
   */
  list(options?: ListOptions): AsyncIterable<PollStatus>;
  /**
   * Ends a poll with the outcome `cancelled`, which is delivered when the poll's next message is due. A poll under way
   * ends after its request. A pollId that is not known yet is cancelled, too: its submission will end at once.
   */
  cancel(pollId: string): Promise<CancelResult>;
  /**
   * Lets a poll be asked before it is due: at once on a local stack; within 15 minutes on a deployed one, where a message
   * that waits in SQS cannot be made visible earlier. Its message stays the same one, so that nothing is asked twice. The
   * request uses a retry, as any other.
   *
   * @returns `undefined` when the poll is not known: its first message was not received yet
   */
  nudge(pollId: string): Promise<NudgeResult | undefined>;
  /**
   * Reads the outcome of a poll. Numbers are doubles; {@link outcomeJson} keeps all digits.
   *
   * @returns `undefined` when the poll goes on or is not known
   */
  outcome(pollId: string): Promise<Outcome | undefined>;
  /** As `outcome`, but the text of its JSON. */
  outcomeJson(pollId: string): Promise<string | undefined>;
  /**
   * Waits until a poll has ended. It goes on when DynamoDB has no capacity for a read.
   *
   * @throws {WaitTimeoutError} after `timeoutMs`; the signal's reason when it aborts. The poll goes on.
   */
  waitFor(pollId: string, options?: WaitOptions): Promise<Outcome>;
  /**
   * Receives the outcomes in the outcome queue, each once, until the queue is empty. Only those on which `delete` is
   * called are deleted; the others are visible again when the loop ends, after a minute at the latest.
   *
   * @throws {MissingOptionError} when the client was made without `outcomeQueueUrl`
   */
  outcomes(options?: OutcomesOptions): AsyncIterable<QueuedOutcome>;
  /**
   * Looks at the dead letters, each once. They stay; others see them again when the loop ends, after a minute at the
   * latest.
   *
   * @throws {MissingOptionError} when the client was made without `deadLetterQueueUrl`
   */
  deadLetters(options?: DeadLettersOptions): AsyncIterable<DeadLetter>;
  /**
   * Takes dead letters back to the poll queue. Letters whose body is an outcome stay.
   *
   * @throws {InvalidMessageError} when a corrected body cannot be polled; nothing was moved
   * @throws {MissingOptionError} when the client was made without `deadLetterQueueUrl`
   */
  redrive(options?: RedriveOptions): Promise<RedriveResult>;
  /**
   * Stops the receiving of polls: the function is not invoked until `resume`. Messages wait in the queue, for 14 days at
   * most.
   *
   * @throws {MissingOptionError} when the client was made without `functionName`
   */
  pause(): Promise<void>;
  resume(): Promise<void>;
  isPaused(): Promise<boolean>;
  /** Counts the messages of the stack's queues. */
  depths(): Promise<Depths>;
}
