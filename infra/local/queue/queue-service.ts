import { randomUUID } from "node:crypto";
import { assertBatch, type BatchResult, settleEntries } from "./batch.ts";
import type { ChangeLog } from "./change-log.ts";
import { type Faults, type MessageAction, throwFault } from "./faults.ts";
import { IN_FLIGHT_MESSAGES, MESSAGE_BYTES, WAIT_TIME_SECONDS } from "./limits.ts";
import { LongPolls } from "./long-polls.ts";
import {
  messageBytes,
  type OutgoingMessage,
  type ReceivedMessage,
  type StoredMessage,
} from "./message.ts";
import { assertWithin } from "./message-rules.ts";
import { type MoveRequest, type MoveTask, MoveTasks } from "./move-tasks.ts";
import { assertReceivable, type Queue, type ReceiveRequest } from "./queue.ts";
import { QueueRegistry } from "./queue-registry.ts";
import type { QueuesSnapshot } from "./snapshot.ts";
import { SqsError } from "./sqs-error.ts";

export interface QueueServiceOptions {
  /** The clock, in epoch ms; it must not go backwards. */
  readonly now?: () => number;
  readonly newMessageId?: () => string;
  readonly faults?: Faults;
  /** The initial queues and messages. */
  readonly snapshot?: QueuesSnapshot;
  /** Collects the changes. @default they are not collected */
  readonly changes?: ChangeLog;
}

export interface PollRequest extends ReceiveRequest {
  /** 0 to 20 seconds; default: the queue's own wait time. */
  readonly waitTimeSeconds?: number | undefined;
}

export type SendEntry = OutgoingMessage & { readonly id: string };
export interface DeleteEntry {
  readonly id: string;
  readonly receiptHandle: string;
}
export interface VisibilityEntry extends DeleteEntry {
  readonly visibilityTimeoutSeconds: number;
}

/**
 * A model of Amazon SQS standard queues, without I/O and timers. Every method uses the time `now()`, and throws an
 * `SqsError` where SQS returns an error. The owner has to call `settle()` at `nextDueAt()`: it answers waiting receives
 * and continues move tasks. With a fake clock, tests can skip time.
 */
export class QueueService {
  /** The faults to inject from now on. */
  faults: Faults;
  readonly queues: QueueRegistry;
  readonly #now: () => number;
  readonly #polls = new Map<Queue, LongPolls>();
  readonly #moveTasks: MoveTasks;
  readonly #listeners = new Set<() => void>();

  constructor(options: QueueServiceOptions = {}) {
    const { now = Date.now, newMessageId = randomUUID, faults = {}, snapshot, changes } = options;
    this.#now = now;
    this.faults = faults;
    this.queues = new QueueRegistry({
      now,
      newMessageId,
      faults: () => this.faults,
      onDeadLetter: (target, at) => this.#polls.get(target)?.feedFrom(target, at),
      onDelete: (queue) => {
        this.#polls.get(queue)?.endAll();
        this.#polls.delete(queue);
        this.#moveTasks.forget(queue.arn);
      },
      onChange: () => this.#changed(),
      snapshot,
      changes,
    });
    this.#moveTasks = new MoveTasks({
      byArn: (arn) => this.queues.byArn(arn),
      isDeadLetterQueue: (arn) => this.queues.sourcesOf(arn).length > 0,
    });
  }

  /** Calls `listener` after every possible change; the returned function removes it. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Returns the id of the message. */
  sendMessage(queueName: string, message: OutgoingMessage): string {
    return this.#act("SendMessage", queueName, (queue, now) => queue.send(message, now));
  }

  sendMessageBatch(
    queueName: string,
    entries: readonly SendEntry[],
  ): BatchResult<{ readonly messageId: string }> {
    const bytes = entries.reduce((sum, entry) => sum + messageBytes(entry), 0);
    if (bytes > MESSAGE_BYTES) {
      throw new SqsError(
        "BatchRequestTooLong",
        `Batch requests cannot be longer than ${MESSAGE_BYTES} bytes. You have sent ${bytes} bytes.`,
      );
    }
    return this.#actOnEntries("SendMessageBatch", queueName, entries, (entry, queue, now) => ({
      messageId: queue.send(entry, now),
    }));
  }

  /**
   * Receives visible messages without waiting. It asks the whole queue; short polling of SQS asks some of its servers.
   * @throws SqsError OverLimit when 120,000 messages are in flight.
   */
  receiveMessage(queueName: string, request: ReceiveRequest = {}): ReceivedMessage[] {
    assertReceivable(request);
    return this.#act("ReceiveMessage", queueName, (queue, now) => {
      assertBelowInFlightLimit(queue);
      return queue.receive(request, now);
    });
  }

  /**
   * Receives with long polling. `end` is called exactly once: at once when messages are visible or no wait is wanted,
   * otherwise when messages become visible, or with an empty list when the wait is over.
   * @returns stops waiting without calling `end`.
   */
  pollMessages(
    queueName: string,
    request: PollRequest,
    end: (messages: readonly ReceivedMessage[]) => void,
  ): () => void {
    assertReceivable(request);
    assertWithin("WaitTimeSeconds", request.waitTimeSeconds, 0, WAIT_TIME_SECONDS);
    let cancel = (): void => {};
    try {
      const received = this.#act("ReceiveMessage", queueName, (queue, now) => {
        const waitSeconds = request.waitTimeSeconds ?? queue.settings.receiveWaitTimeSeconds;
        if (waitSeconds === 0) assertBelowInFlightLimit(queue);
        const messages = queue.receive(request, now);
        if (messages.length > 0 || waitSeconds === 0) return messages;
        cancel = this.#pollsOf(queue).add({ request, deadline: now + waitSeconds * 1000, end });
        return undefined;
      });
      if (received !== undefined) end(received);
    } catch (error) {
      cancel();
      throw error;
    }
    return cancel;
  }

  deleteMessage(queueName: string, receiptHandle: string): void {
    this.#act("DeleteMessage", queueName, (queue) => queue.delete(receiptHandle));
  }

  deleteMessageBatch(queueName: string, entries: readonly DeleteEntry[]): BatchResult<object> {
    return this.#actOnEntries("DeleteMessageBatch", queueName, entries, (entry, queue) => {
      queue.delete(entry.receiptHandle);
      return {};
    });
  }

  /** @param timeoutSeconds 0 to 43200, from now. */
  changeMessageVisibility(queueName: string, receiptHandle: string, timeoutSeconds: number): void {
    this.#act("ChangeMessageVisibility", queueName, (queue, now) =>
      queue.changeVisibility(receiptHandle, timeoutSeconds, now),
    );
  }

  changeMessageVisibilityBatch(
    queueName: string,
    entries: readonly VisibilityEntry[],
  ): BatchResult<object> {
    const action = "ChangeMessageVisibilityBatch";
    return this.#actOnEntries(action, queueName, entries, (entry, queue, now) => {
      queue.changeVisibility(entry.receiptHandle, entry.visibilityTimeoutSeconds, now);
      return {};
    });
  }

  /**
   * Makes messages visible that wait for the end of their delay, which SQS cannot; those in flight stay hidden.
   * @returns how many
   */
  wake(queueName: string, isMeant: (message: StoredMessage) => boolean): number {
    const now = this.#now();
    const queue = this.queues.byName(queueName);
    queue.advanceTo(now);
    const woken = queue.wake(isMeant, now);
    this.settle();
    return woken;
  }

  /** Returns the handle of the task. */
  startMessageMoveTask(request: MoveRequest): string {
    this.queues.advanceTo(this.#now());
    const taskHandle = this.#moveTasks.start(request, this.#now());
    this.settle();
    return taskHandle;
  }

  /** The move tasks of this dead-letter queue, the latest first. */
  listMessageMoveTasks(sourceArn: string, maxResults?: number): readonly MoveTask[] {
    this.settle();
    return this.#moveTasks.list(sourceArn, maxResults);
  }

  /** Returns how many messages were already moved. */
  cancelMessageMoveTask(taskHandle: string): number {
    this.settle();
    return this.#moveTasks.cancel(taskHandle);
  }

  /** When `settle()` has to be called next, epoch ms; undefined when nothing waits. */
  nextDueAt(): number | undefined {
    let next = this.#moveTasks.nextDueAt();
    for (const [queue, polls] of this.#polls) {
      if (polls.waiting === 0) continue;
      for (const time of [queue.store.nextVisibleAt(), polls.nextDeadline()]) {
        if (time !== undefined && (next === undefined || time < next)) next = time;
      }
    }
    return next;
  }

  /** Answers waiting receives and continues move tasks, up to `now()`. */
  settle(): void {
    const now = this.#now();
    for (const queue of this.#moveTasks.advanceTo(now)) this.#feed(queue, now);
    for (const [queue, polls] of this.#polls) {
      this.#feed(queue, now);
      polls.endOverdue(now);
    }
    this.#changed();
  }

  #act<Result>(
    action: MessageAction,
    queueName: string,
    effect: (queue: Queue, now: number) => Result,
  ): Result {
    const queue = this.queues.byName(queueName);
    const fault = this.faults.call?.(action, queueName);
    if (fault !== undefined && !fault.applied) throwFault(fault.code, action);
    const now = this.#now();
    queue.advanceTo(now);
    const result = effect(queue, now);
    this.#feed(queue, now);
    this.#changed();
    if (fault !== undefined) throwFault(fault.code, action);
    return result;
  }

  #actOnEntries<Entry extends { readonly id: string }, Success extends object>(
    action: MessageAction,
    queueName: string,
    entries: readonly Entry[],
    effect: (entry: Entry, queue: Queue, now: number) => Success,
  ): BatchResult<Success> {
    assertBatch(entries);
    return this.#act(action, queueName, (queue, now) =>
      settleEntries(entries, (entry) => {
        const fault = this.faults.entry?.(action, queueName, entry.id);
        if (fault !== undefined) throwFault(fault, `entry ${entry.id} of ${action}`);
        return effect(entry, queue, now);
      }),
    );
  }

  #pollsOf(queue: Queue): LongPolls {
    const polls = this.#polls.get(queue) ?? new LongPolls();
    this.#polls.set(queue, polls);
    return polls;
  }

  #feed(queue: Queue, now: number): void {
    const polls = this.#polls.get(queue);
    if (polls === undefined || polls.waiting === 0) return;
    queue.advanceTo(now);
    polls.feedFrom(queue, now);
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function assertBelowInFlightLimit(queue: Queue): void {
  if (queue.store.inFlightCount < IN_FLIGHT_MESSAGES) return;
  throw new SqsError(
    "OverLimit",
    `Queue ${queue.name} has ${IN_FLIGHT_MESSAGES} messages in flight, the most there can be: delete messages that are done.`,
  );
}
