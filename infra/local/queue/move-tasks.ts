import { LISTED_MOVE_TASKS, MOVED_MESSAGES_PER_SECOND } from "./limits.ts";
import type { StoredMessage } from "./message.ts";
import { assertWithin } from "./message-rules.ts";
import type { Queue } from "./queue.ts";
import { SqsError } from "./sqs-error.ts";

export interface MoveRequest {
  /** ARN of the dead-letter queue to empty. */
  readonly sourceArn: string;
  /** The queue to move messages to; default: the queue that each message came from. */
  readonly destinationArn?: string | undefined;
  /** 1 to 500; default: all at once. */
  readonly messagesPerSecond?: number | undefined;
}

/** A message move task as in ListMessageMoveTasks. Times are epoch ms. */
export interface MoveTask extends MoveRequest {
  readonly taskHandle: string;
  readonly startedAt: number;
  readonly messagesToMove: number;
  readonly messagesMoved: number;
  readonly status: "RUNNING" | "COMPLETED" | "CANCELLED" | "FAILED";
  readonly failureReason?: string;
}

type RunningTask = { -readonly [Field in keyof MoveTask]: MoveTask[Field] } & {
  nextMoveAt: number;
};

export interface QueueLookup {
  readonly byArn: (arn: string) => Queue | undefined;
  readonly isDeadLetterQueue: (arn: string) => boolean;
}

/**
 * Message move tasks (StartMessageMoveTask, 'Configure a dead-letter queue redrive'). A moved message becomes a new
 * message with a new id and enqueue time, and a receive count of 0.
 */
export class MoveTasks {
  readonly #queues: QueueLookup;
  readonly #tasks = new Map<string, RunningTask[]>();
  #started = 0;

  constructor(queues: QueueLookup) {
    this.#queues = queues;
  }

  start(request: MoveRequest, now: number): string {
    const { sourceArn, destinationArn, messagesPerSecond } = request;
    const source = this.#existing(sourceArn, "SourceArn");
    if (destinationArn !== undefined) this.#existing(destinationArn, "DestinationArn");
    assertWithin("MaxNumberOfMessagesPerSecond", messagesPerSecond, 1, MOVED_MESSAGES_PER_SECOND);
    if (!this.#queues.isDeadLetterQueue(sourceArn)) {
      throw new SqsError(
        "InvalidParameterValue",
        "Source queue must be configured as a Dead Letter Queue.",
      );
    }
    const tasks = this.#tasks.get(sourceArn) ?? [];
    if (tasks.some(({ status }) => status === "RUNNING")) {
      throw new SqsError(
        "InvalidParameterValue",
        "There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
      );
    }
    this.#started += 1;
    const taskId = `${now}-${this.#started}`;
    const taskHandle = Buffer.from(`${taskId} ${sourceArn}`).toString("base64");
    const task: RunningTask = {
      ...request,
      taskHandle,
      startedAt: now,
      messagesToMove: source.store.visibleCount,
      messagesMoved: 0,
      status: "RUNNING",
      nextMoveAt: now + intervalMs(request),
    };
    this.#tasks.set(sourceArn, [task, ...tasks].slice(0, LISTED_MOVE_TASKS));
    return taskHandle;
  }

  /** The tasks of the source queue, the latest first. */
  list(sourceArn: string, maxResults = 1): readonly MoveTask[] {
    this.#existing(sourceArn, "SourceArn");
    assertWithin("MaxResults", maxResults, 1, LISTED_MOVE_TASKS);
    return (this.#tasks.get(sourceArn) ?? []).slice(0, maxResults);
  }

  /** Stops a running task; moved messages stay where they are. Returns their number. */
  cancel(taskHandle: string): number {
    const [taskId, sourceArn] = Buffer.from(taskHandle, "base64").toString().split(" ");
    if (taskId === undefined || !sourceArn?.startsWith("arn:")) {
      throw new SqsError("InvalidParameterValue", "Value for parameter TaskHandle is invalid.");
    }
    this.#existing(sourceArn, "SourceArn");
    const task = this.#tasks.get(sourceArn)?.find((one) => one.taskHandle === taskHandle);
    if (task?.status !== "RUNNING") {
      throw new SqsError("ResourceNotFoundException", "Task does not exist or is not running.");
    }
    task.status = "CANCELLED";
    return task.messagesMoved;
  }

  forget(sourceArn: string): void {
    this.#tasks.delete(sourceArn);
  }

  nextDueAt(): number | undefined {
    const times = this.#running().map(({ nextMoveAt }) => nextMoveAt);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Moves messages that are due by `now`; returns the queues that received some. */
  advanceTo(now: number): ReadonlySet<Queue> {
    const destinations = new Set<Queue>();
    for (const task of this.#running()) {
      this.#queues.byArn(task.sourceArn)?.advanceTo(now);
      while (task.status === "RUNNING" && task.nextMoveAt <= now) {
        const destination = this.#moveOne(task, now);
        if (destination !== undefined) destinations.add(destination);
      }
    }
    return destinations;
  }

  #moveOne(task: RunningTask, now: number): Queue | undefined {
    const source = this.#queues.byArn(task.sourceArn);
    const message = source?.store.firstVisible();
    if (
      source === undefined ||
      message === undefined ||
      task.messagesMoved >= task.messagesToMove
    ) {
      task.status = "COMPLETED";
      return undefined;
    }
    const destination = this.#destinationOf(task, message);
    if (typeof destination === "string") {
      task.status = "FAILED";
      task.failureReason = destination;
      return undefined;
    }
    source.store.remove(message);
    destination.addNew(message, now, now);
    task.messagesMoved += 1;
    task.nextMoveAt += intervalMs(task);
    if (task.messagesMoved === task.messagesToMove) task.status = "COMPLETED";
    return destination;
  }

  #destinationOf(task: RunningTask, message: StoredMessage): Queue | string {
    const arn = task.destinationArn ?? message.deadLetterSourceArn;
    if (arn === undefined) return "CouldNotDetermineMessageSource";
    return this.#queues.byArn(arn) ?? "AWS.SimpleQueueService.NonExistentQueue";
  }

  #running(): RunningTask[] {
    return [...this.#tasks.values()].flat().filter(({ status }) => status === "RUNNING");
  }

  #existing(arn: string, parameter: string): Queue {
    const queue = this.#queues.byArn(arn);
    if (queue !== undefined) return queue;
    throw new SqsError(
      "ResourceNotFoundException",
      `The resource that you specified for the ${parameter} parameter doesn't exist: ${arn}.`,
    );
  }
}

const intervalMs = ({ messagesPerSecond }: MoveRequest): number =>
  messagesPerSecond === undefined ? 0 : 1000 / messagesPerSecond;
