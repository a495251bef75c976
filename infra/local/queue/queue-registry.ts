import type { ChangeLog } from "./change-log.ts";
import type { Faults } from "./faults.ts";
import { COOL_DOWN_MS } from "./limits.ts";
import type { StoredMessage } from "./message.ts";
import { Queue, type QueuePorts } from "./queue.ts";
import {
  assertStandardQueue,
  changedAttributes,
  DEFAULT_ATTRIBUTES,
  differingAttribute,
  type QueueAttributes,
} from "./queue-attributes.ts";
import { allowsRedriveFrom, parseRedrivePolicy } from "./redrive-policy.ts";
import {
  EMPTY_SNAPSHOT,
  type QueuesSnapshot,
  savedMessageOf,
  savedQueueOf,
  storedMessage,
} from "./snapshot.ts";
import { invalidParameter, SqsError } from "./sqs-error.ts";

/** The region of all local queues; part of their ARNs and URLs. */
export const REGION = "us-east-1";
export const ACCOUNT_ID = "000000000000";

export interface RegistryPorts {
  readonly now: () => number;
  readonly newMessageId: () => string;
  readonly faults: () => Faults;
  readonly onDeadLetter: (target: Queue, now: number) => void;
  readonly onDelete: (queue: Queue) => void;
  readonly onChange: () => void;
  readonly snapshot: QueuesSnapshot | undefined;
  readonly changes: ChangeLog | undefined;
}

/** All queues by name and ARN. Creates, changes, purges and deletes them, and moves dead letters. */
export class QueueRegistry {
  readonly #ports: RegistryPorts;
  readonly #queues = new Map<string, Queue>();
  readonly #deletedAt = new Map<string, number>();
  #arrivals = 0;

  constructor(ports: RegistryPorts) {
    this.#ports = ports;
    const now = ports.now();
    for (const saved of ports.snapshot?.queues ?? []) {
      const queue = this.#add(saved.name, saved.attributes, saved.createdAt);
      queue.modifiedAt = saved.modifiedAt;
      for (const [key, value] of Object.entries(saved.tags)) queue.tags.set(key, value);
      for (const message of saved.messages) {
        queue.store.add(storedMessage(message, this.#nextArrival()), now);
      }
    }
  }

  /**
   * Idempotent: an existing queue is not changed.
   * @throws SqsError QueueNameExists when a given attribute differs from the existing queue's,
   *   QueueDeletedRecently for 60 s after a queue of that name was deleted.
   */
  create(name: string, attributes: QueueAttributes = {}, tags: Record<string, string> = {}): void {
    assertStandardQueue(name, attributes);
    assertQueueName(name);
    const wanted = changedAttributes(DEFAULT_ATTRIBUTES, attributes);
    const existing = this.#queues.get(name);
    if (existing !== undefined) {
      const differing = differingAttribute(existing.attributes, attributes);
      if (differing === undefined) return;
      throw new SqsError(
        "QueueNameExists",
        `A queue already exists with the same name and a different value for attribute ${differing}.`,
      );
    }
    const now = this.#ports.now();
    const deletedAt = this.#deletedAt.get(name);
    if (deletedAt !== undefined && now < deletedAt + COOL_DOWN_MS) {
      throw new SqsError(
        "QueueDeletedRecently",
        "You must wait 60 seconds after deleting a queue before you can create another with the same name.",
      );
    }
    this.#assertRedrivable(arnOf(name), attributes);
    const queue = this.#add(name, wanted, now);
    for (const [key, value] of Object.entries(tags)) queue.tags.set(key, value);
    this.#queueChanged(queue);
  }

  /** @throws SqsError QueueDoesNotExist. */
  byName(name: string): Queue {
    const queue = this.#queues.get(name);
    if (queue !== undefined) return queue;
    throw new SqsError("QueueDoesNotExist", `The specified queue does not exist: ${name}.`);
  }

  byArn(arn: string): Queue | undefined {
    const name = arn.slice(arn.lastIndexOf(":") + 1);
    return arn === arnOf(name) ? this.#queues.get(name) : undefined;
  }

  /** Every queue, sorted by name. */
  all(): readonly Queue[] {
    return [...this.#queues.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** The queues whose redrive policy names this queue. */
  sourcesOf(deadLetterArn: string): readonly Queue[] {
    return this.all().filter(
      ({ settings }) => settings.redrivePolicy?.deadLetterTargetArn === deadLetterArn,
    );
  }

  setAttributes(name: string, attributes: QueueAttributes): void {
    const queue = this.byName(name);
    const changed = changedAttributes(queue.attributes, attributes);
    this.#assertRedrivable(queue.arn, attributes);
    queue.setAttributes(changed, this.#ports.now());
    this.#queueChanged(queue);
  }

  /** All attributes, including the approximate counts (exact here) and timestamps in seconds. */
  attributesOf(name: string): QueueAttributes {
    const queue = this.byName(name);
    queue.advanceTo(this.#ports.now());
    return {
      ...queue.attributes,
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(queue.store.visibleCount),
      ApproximateNumberOfMessagesNotVisible: String(queue.store.inFlightCount),
      ApproximateNumberOfMessagesDelayed: String(queue.store.delayedCount),
      CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
      LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
    };
  }

  tag(name: string, tags: Readonly<Record<string, string>>): void {
    const queue = this.byName(name);
    for (const [key, value] of Object.entries(tags)) queue.tags.set(key, value);
    this.#queueChanged(queue);
  }

  untag(name: string, keys: readonly string[]): void {
    const queue = this.byName(name);
    for (const key of keys) queue.tags.delete(key);
    this.#queueChanged(queue);
  }

  /** @throws SqsError PurgeQueueInProgress for 60 s after the queue's last purge. */
  purge(name: string): void {
    const queue = this.byName(name);
    const now = this.#ports.now();
    if (queue.purgedAt !== undefined && now < queue.purgedAt + COOL_DOWN_MS) {
      throw new SqsError(
        "PurgeQueueInProgress",
        `Only one PurgeQueue operation on ${name} is allowed every 60 seconds.`,
      );
    }
    queue.purgedAt = now;
    queue.store.clear();
    this.#ports.onChange();
  }

  delete(name: string): void {
    const queue = this.byName(name);
    this.#queues.delete(name);
    this.#deletedAt.set(name, this.#ports.now());
    this.#ports.onDelete(queue);
    this.#ports.changes?.queueDeleted(queue);
    this.#ports.onChange();
  }

  advanceTo(now: number): void {
    for (const queue of this.#queues.values()) queue.advanceTo(now);
  }

  /** All queues and messages as plain data. */
  snapshot(): QueuesSnapshot {
    this.advanceTo(this.#ports.now());
    const queues = this.all().map((queue) => ({
      ...savedQueueOf(queue),
      messages: Array.from(queue.store.messages(), savedMessageOf),
    }));
    return { ...EMPTY_SNAPSHOT, queues };
  }

  #queueChanged(queue: Queue): void {
    this.#ports.changes?.queueChanged(queue);
    this.#ports.onChange();
  }

  #add(name: string, attributes: QueueAttributes, createdAt: number): Queue {
    const ports: QueuePorts = {
      messageChanges: this.#ports.changes?.messagesOf(name),
      newMessageId: this.#ports.newMessageId,
      faults: this.#ports.faults,
      nextArrival: () => this.#nextArrival(),
      deadLetter: (message, source, now) => this.#deadLetter(message, source, now),
    };
    const queue = new Queue({ name, arn: arnOf(name), createdAt }, attributes, ports);
    this.#queues.set(name, queue);
    return queue;
  }

  #deadLetter(message: StoredMessage, source: Queue, now: number): boolean {
    const target = this.byArn(source.settings.redrivePolicy?.deadLetterTargetArn ?? "");
    if (target === undefined) return false;
    source.store.remove(message);
    target.addDeadLetter(message, source.arn, now);
    target.advanceTo(now);
    this.#ports.onDeadLetter(target, now);
    return true;
  }

  #assertRedrivable(sourceArn: string, attributes: QueueAttributes): void {
    const text = attributes.RedrivePolicy;
    if (text === undefined || text === "") return;
    const target = this.byArn(parseRedrivePolicy(text).deadLetterTargetArn);
    if (target === undefined) {
      throw invalidParameter("RedrivePolicy", text, "Dead letter target does not exist.");
    }
    if (!allowsRedriveFrom(target.attributes.RedriveAllowPolicy, sourceArn)) {
      const reason = `The redrive allow policy of ${target.arn} does not let ${sourceArn} use it as its dead-letter queue.`;
      throw invalidParameter("RedrivePolicy", text, reason);
    }
  }

  #nextArrival(): number {
    this.#arrivals += 1;
    return this.#arrivals;
  }
}

function arnOf(queueName: string): string {
  return `arn:aws:sqs:${REGION}:${ACCOUNT_ID}:${queueName}`;
}

function assertQueueName(name: string): void {
  if (/^[A-Za-z0-9_-]{1,80}$/.test(name)) return;
  throw new SqsError(
    "InvalidParameterValue",
    `Queue name '${name}' can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length.`,
  );
}
