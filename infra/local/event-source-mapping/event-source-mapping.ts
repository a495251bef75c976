import { setTimeout as sleep } from "node:timers/promises";
import { ReceiveMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import type { Invocation } from "../execution-environment/local-function.ts";
import type { TemplateEventSourceMapping, TemplateQueue } from "../template/read-template.ts";
import { deleteRecords } from "./delete-records.ts";
import { failedRecords } from "./failed-records.ts";
import { gatherBatch, receiveSize, receivesToStart, type WaitingRecord } from "./gather-batch.ts";
import { lambdaRecord } from "./lambda-record.ts";

/** One invocation with a batch, and its result. */
export interface LocalInvocation {
  readonly requestId: string;
  readonly records: readonly SQSRecord[];
  /** The function's response. */
  readonly response?: unknown;
  /** Why the whole batch failed, if it did. */
  readonly error?: string;
  readonly durationMs: number;
}

export interface EventSourceMappingOptions {
  readonly mapping: TemplateEventSourceMapping;
  readonly queue: Pick<TemplateQueue, "url" | "arn">;
  readonly sqs: SQSClient;
  /** Whether it receives nothing until it is resumed. @default false */
  readonly startsPaused?: boolean;
  /** Invokes the function with an event as JSON. */
  readonly invoke: (event: string) => Promise<Invocation>;
  /** The most invocations at once. */
  readonly maximumConcurrency: number;
  readonly onInvocation?: (invocation: LocalInvocation) => void;
  /** Called when a call to the queue fails. A receive is repeated; a record that was not deleted is delivered again. */
  readonly onProblem: (problem: string) => void;
  readonly now?: () => number;
}

export interface EventSourceMapping {
  isPaused(): boolean;
  /**
   * Stops receiving, or goes on. Records that were received before are still processed, as in AWS. Resolves when no
   * receive is under way.
   */
  setPaused(paused: boolean): Promise<void>;
  /** Stops receiving, invokes with the records gathered so far, and waits for running invocations. */
  close(): Promise<void>;
}

interface Waiting extends WaitingRecord {
  readonly record: SQSRecord;
  readonly json: string;
}

const WAIT_TIME_SECONDS = 20;
const PAUSE_AFTER_PROBLEM_MS = 1000;

/** Invokes a function with batches of a queue's records, as Lambda's event source mapping does. */
export function startEventSourceMapping(options: EventSourceMappingOptions): EventSourceMapping {
  const { mapping, queue, sqs, invoke, maximumConcurrency, onInvocation, onProblem } = options;
  const { now = Date.now } = options;
  const limits = { batchSize: mapping.batchSize, windowMs: mapping.windowSeconds * 1000 };
  let isClosing = false;
  let isPaused = options.startsPaused ?? false;
  /** Ends all receives that are under way. */
  let receives = new AbortController();
  const receiving = new Set<Promise<void>>();
  const running = new Set<Promise<void>>();
  const waiting: Waiting[] = [];
  let windowTimer: NodeJS.Timeout | undefined;

  /** Starts everything that can start now. Called again whenever something has ended or is due. */
  const advance = (): void => {
    clearTimeout(windowTimer);
    const windowMs = isClosing ? 0 : limits.windowMs;
    while (running.size < maximumConcurrency) {
      const { take, dueAt } = gatherBatch(waiting, { ...limits, windowMs }, now());
      if (take === 0) {
        if (!isClosing) goOnReceiving(dueAt);
        return;
      }
      track(running, run(waiting.splice(0, take)));
    }
  };

  const goOnReceiving = (dueAt: number | undefined): void => {
    if (dueAt !== undefined) windowTimer = setTimeout(advance, dueAt - now());
    if (isPaused) return;
    const more = receivesToStart(waiting.length, receiving.size, limits);
    for (let started = 0; started < more; started += 1) track(receiving, receive());
  };

  const track = (set: Set<Promise<void>>, work: Promise<void>): void => {
    const tracked = work.finally(() => {
      set.delete(tracked);
      advance();
    });
    set.add(tracked);
  };

  const receive = async (): Promise<void> => {
    const { signal } = receives;
    try {
      const { Messages = [] } = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queue.url,
          MaxNumberOfMessages: receiveSize(limits),
          WaitTimeSeconds: WAIT_TIME_SECONDS,
          MessageAttributeNames: ["All"],
          MessageSystemAttributeNames: ["All"],
        }),
        { abortSignal: signal },
      );
      const receivedAt = now();
      for (const message of Messages) {
        const record = lambdaRecord(message, queue.arn);
        const json = JSON.stringify(record);
        waiting.push({ record, json, bytes: Buffer.byteLength(json), receivedAt });
      }
    } catch (error) {
      if (signal.aborted) return;
      onProblem(`receiving from ${queue.url} failed: ${String(error)}`);
      await sleep(PAUSE_AFTER_PROBLEM_MS, undefined, { signal }).catch(() => {});
    }
  };

  const run = async (batch: readonly Waiting[]): Promise<void> => {
    const records = batch.map(({ record }) => record);
    const invocation = await invoke(`{"Records":[${batch.map(({ json }) => json).join(",")}]}`);
    const { messageIds, problem } = outcome(mapping, invocation, records);
    const processed = records.filter(({ messageId }) => !messageIds.has(messageId));
    for (const refusal of await deleteRecords(sqs, queue.url, processed)) {
      onProblem(`deleting from ${queue.url} failed: ${refusal}`);
    }
    const { requestId, durationMs, payload } = invocation;
    onInvocation?.({
      requestId,
      records,
      durationMs,
      ...(payload !== undefined && { response: JSON.parse(payload) }),
      ...(problem !== undefined && { error: problem }),
    });
  };

  advance();
  return {
    isPaused: () => isPaused,
    async setPaused(paused) {
      if (paused === isPaused) return;
      isPaused = paused;
      if (paused) {
        receives.abort();
        await Promise.all(receiving);
      } else {
        receives = new AbortController();
        advance();
      }
    },
    async close() {
      isClosing = true;
      receives.abort();
      await Promise.all(receiving);
      advance();
      while (running.size > 0) await Promise.all(running);
    },
  };
}

/** The records that stay in the queue after an invocation: the failed ones, or all when the invocation failed. */
function outcome(
  mapping: TemplateEventSourceMapping,
  { error, payload }: Invocation,
  records: readonly SQSRecord[],
) {
  if (error !== undefined) {
    return { messageIds: new Set(records.map(({ messageId }) => messageId)), problem: error };
  }
  return mapping.reportsBatchItemFailures
    ? failedRecords(payload, records)
    : { messageIds: new Set<string>(), problem: undefined };
}
