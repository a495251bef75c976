import type { SQSRecord } from "aws-lambda";
import type { RecordControl } from "../../../lib/batch/each-record.ts";
import {
  type Completed,
  completed,
  held,
  isPoison,
  isRetryLater,
  pending,
  type RecordResult,
} from "../../../lib/batch/record-result.ts";
import { createFence } from "../../../lib/fence/create-fence.ts";
import { packOutcome } from "../../../lib/fence/packed-outcome.ts";
import { isJsonObject } from "../../../lib/json/json.ts";
import { nextPollMessage } from "../../../lib/poll/message/next.ts";
import { failureDelaySeconds } from "../../../lib/timing/visibility-backoff.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { sqsRecord } from "../../kit/records.ts";
import type { MemoryTable } from "../../support/memory-table.ts";
import { type Fault, faultyTable, type NextCall, withFault } from "./faulty-table.ts";
import { type Message, MessageQueues } from "./message-queues.ts";
import { startRequest, UNKNOWN } from "./start-request.ts";

/** What the job API answers, or what happens to the record without a request. */
export type Answer = "pending" | "done" | "throws" | "poison" | "held" | "busy";

interface Attempt {
  readonly message: Message;
  /** Each step runs to the next call on the world and passes its fault in; `done` when the invocation has ended. */
  readonly steps: AsyncGenerator<void, void, Fault>;
  readonly diesAt: number;
}

const FUNCTION_MS = 10_000;
const VISIBILITY_MS = 60_000;
export const MAX_RECEIVES = 5;
const POISON = completed({ poison: true });

/**
 * A queue and its dead-letter queue, invocations of one record each that can stop between any two calls, and the
 * real fence on `table`. Nothing moves until a method is called.
 */
export class ProtocolWorld extends MessageQueues {
  requests = 0;
  isCancelled = false;
  /** How many requests and starts were made by records that claimed after the poll was cancelled. */
  requestsOfCancelled = 0;
  /** How many times the job was told to stop. */
  aborts = 0;
  /** The jobs that starts have started. */
  readonly jobs: string[] = [];
  /** How many times a start's answer was lost, or its invocation died. */
  causesOfUnknown = 0;
  /** The fence's next call of the table, and how many have failed. */
  readonly tableCall: NextCall = { fault: "none", abort: new AbortController(), failed: 0 };
  /** How many records failed before they were asked. */
  throws = 0;
  /** How many requests and outcomes forged messages got. */
  forgedGains = 0;
  attempts: Attempt[] = [];
  /** By pollId, in the order of delivery. */
  readonly outcomes = new Map<string, string[]>();
  answer: Answer = "pending";
  delaySeconds = 0;
  readonly #fence;
  readonly #table;

  constructor(table: MemoryTable) {
    super();
    this.#table = table;
    this.#fence = createFence({
      table: faultyTable(table, this.tableCall),
      now: () => this.now,
      newClaimId: this.newId,
      random: () => 0,
      logger: () => undefined,
    });
  }

  /** Cancels the poll `p`, as a client does. */
  cancel(): void {
    const outcome = packOutcome(completed({ pollId: "p", status: "cancelled" }));
    if (this.#table.cancel("p", outcome)) this.isCancelled = true;
  }

  /** Lambda receives a visible message. @param again SQS delivers it twice at once */
  receive(pick: number, again = false): void {
    const visible = this.queue.filter(({ visibleAt }) => visibleAt <= this.now);
    const message = visible[pick % visible.length];
    if (message === undefined) return;
    if (++message.receives > MAX_RECEIVES) {
      this.delete(message);
      this.send(this.deadLetters, message.body, 0);
      return;
    }
    if (again) this.faults++;
    else message.visibleAt = this.now + VISIBILITY_MS;
    const steps = this.#process(message);
    this.attempts.push({ message, steps, diesAt: this.now + FUNCTION_MS });
  }

  async step(pick: number, fault: Fault = "none"): Promise<void> {
    const attempt = this.attempts[pick % this.attempts.length];
    if (attempt === undefined) return;
    const { done } = await attempt.steps.next(fault);
    if (done) this.attempts = this.attempts.filter((of) => of !== attempt);
  }

  crash(pick: number): void {
    const attempt = this.attempts[pick % this.attempts.length];
    if (attempt === undefined) return;
    this.faults++;
    this.causesOfUnknown++;
    this.attempts = this.attempts.filter((of) => of !== attempt);
  }

  advance(ms: number): void {
    this.now += ms;
    const living = this.attempts.filter(({ diesAt }) => diesAt > this.now);
    this.faults += this.attempts.length - living.length;
    this.causesOfUnknown += this.attempts.length - living.length;
    this.attempts = living;
  }

  /** SQS dead-letters a message that is being processed, and it is redriven at once. */
  redeliver(): void {
    const message = this.attempts[0]?.message;
    if (message === undefined || !this.queue.includes(message)) return;
    this.faults++;
    this.delete(message);
    this.send(this.queue, message.body, 0);
  }

  /** One invocation, as the middleware stack runs it. Each `yield` is a call that can fail or never return. */
  async *#process(message: Message): AsyncGenerator<void, void, Fault> {
    const record = sqsRecord({ messageId: message.messageId, body: message.body });
    const diesAt = this.now + FUNCTION_MS;
    const abort = new AbortController();
    const control: RecordControl = {
      signal: abort.signal,
      deadline: { budgetMs: FUNCTION_MS, remainingMs: () => diesAt - this.now },
      context: lambdaContext(() => diesAt - this.now),
    };
    try {
      const { answer } = this;
      let result: RecordResult = held();
      if (answer !== "held") {
        this.#fault = yield;
        this.tableCall.abort = abort;
        const { isCancelled } = this;
        const start =
          message.body.start === undefined ? undefined : { startedAt: 1, unknown: () => UNKNOWN };
        const kept = await this.#fence.claim(record, control, start).catch((error: unknown) => {
          if (abort.signal.aborted) return held();
          throw error;
        });
        if (message.body.isForged && (kept === undefined || kept.kind === "completed")) {
          if (kept === undefined || kept.outcome !== undefined) this.forgedGains++;
        } else if (kept === undefined && isCancelled) {
          this.requestsOfCancelled++;
        } else if (kept === undefined && start === undefined) {
          yield;
          this.requests++;
        }
        result =
          kept ??
          (start === undefined
            ? this.#judge(message, answer)
            : yield* this.#start(message, answer, record, abort));
        if (result.kind === "completed" && result !== POISON && !message.body.isForged) {
          result = yield* this.#stop(record, result);
        }
      }
      if (result.kind !== "completed") {
        const { kind, usesNoRetry = false } = { usesNoRetry: false, ...result };
        const delaySeconds = result.delaySeconds || this.delaySeconds;
        const said = result.kind === "pending" ? result.body : undefined;
        const next = nextPollMessage({ newCopyId: this.newId, fence: this.#fence });
        const body = next(said ?? message.body, {
          record,
          kind,
          ...(usesNoRetry && { usesNoRetry }),
          dueAt: this.now + delaySeconds * 1000,
        });
        await this.#call(yield, async () => this.send(this.queue, body, delaySeconds));
        // As settleLeases does: a record held without a claim may have a claim call under way.
        this.#fault = yield;
        if (this.#fence.hasClaimed(record)) {
          await this.#fence.keepLease(record, { ...result, delaySeconds });
        } else await this.#fence.giveBack(record).catch(() => undefined);
      } else if (result === POISON) {
        this.#fault = yield;
        await this.#fence.giveBack(record);
        await this.#call(yield, async () => this.send(this.deadLetters, message.body, 0));
      } else {
        const { json } = yield* this.#decide(record, result);
        if (json !== undefined) {
          await this.#call(yield, async () => this.#deliver(json));
        }
      }
      // A refused or lost delete makes the message visible again.
      if ((yield) === "none") this.delete(message);
      else this.faults++;
    } catch (reason) {
      await this.#reject(message, reason, async () => this.#fence.giveBack(record), yield);
    }
  }

  async *#decide(record: SQSRecord, ended: Completed): AsyncGenerator<void, Completed, Fault> {
    if (!this.#fence.hasClaimed(record)) return ended;
    this.#fault = yield;
    return this.#fence.decide(record, ended);
  }

  /** Stops the job of a poll that was cancelled, or given up. What comes of it changes nothing. */
  async *#stop(record: SQSRecord, ended: Completed): AsyncGenerator<void, RecordResult, Fault> {
    const result = yield* this.#decide(record, ended);
    const status = result.outcome?.status;
    if (status !== "cancelled" && status !== "exhausted") return result;
    this.#fault = yield;
    const mark = await this.#fence.markAbort(record);
    if (mark === false) return result;
    if (mark !== true) return mark;
    await this.#call(yield, async () => {
      this.aborts++;
    }).catch(() => undefined);
    return result;
  }

  /** Makes a start: what goes wrong decides whether it reached its server, and whether the answer came back. */
  async *#start(
    message: Message,
    answer: Answer,
    record: SQSRecord,
    abort: AbortController,
  ): AsyncGenerator<void, RecordResult, Fault> {
    if (answer === "throws" || answer === "poison") return this.#judge(message, answer);
    const fault: Fault = yield;
    if (fault !== "none") this.faults++;
    if (fault.startsWith("late")) abort.abort();
    const job = this.newId();
    const { isSent, isStarted, isLost, result } = startRequest(message.body, fault, answer, job);
    if (isSent) this.#fence.sending(record);
    if (isStarted) this.jobs.push(job);
    if (isLost) this.causesOfUnknown++;
    if (abort.signal.aborted) return result;
    const keepFault: Fault = yield;
    this.#fault = keepFault;
    const kept = await this.#fence.keepAnswer(record, result);
    return keepFault.startsWith("late") ? held() : kept;
  }

  async #reject(message: Message, reason: unknown, giveBack: () => Promise<void>, fault: Fault) {
    if (isPoison(reason)) {
      this.delete(message);
      if (!message.body.isForged) this.send(this.deadLetters, message.body, 0);
      return;
    }
    this.#fault = fault;
    let why = reason;
    await giveBack().catch((error: unknown) => {
      why = error;
    });
    const seconds = isRetryLater(why)
      ? why.retryAfterSeconds
      : failureDelaySeconds(message.receives, () => 1);
    message.visibleAt = this.now + seconds * 1000;
  }

  #judge(message: Message, answer: Answer): RecordResult {
    if (answer === "throws" || answer === "poison") this.faults++;
    if (answer === "throws") {
      this.throws++;
      throw new Error("not now");
    }
    if (answer === "poison") return POISON;
    const { retryCount = 0, maxRetries, pollId = message.messageId, request } = message.body;
    const job = isJsonObject(request) ? request.url : undefined;
    if (answer === "pending" && Number(retryCount) < Number(maxRetries)) return pending();
    const status = answer === "done" ? "succeeded" : "exhausted";
    return completed({ pollId, status, by: this.newId(), job });
  }

  #deliver(json: string): void {
    const { pollId } = JSON.parse(json);
    this.outcomes.set(pollId, [...(this.outcomes.get(pollId) ?? []), json]);
  }

  async #call(fault: Fault, call: () => Promise<void>): Promise<void> {
    if (fault !== "none") this.faults++;
    return withFault(fault, call);
  }

  set #fault(fault: Fault) {
    this.tableCall.fault = fault;
  }
}
