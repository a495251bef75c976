import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { deleteRecords } from "../../infra/local/event-source-mapping/delete-records.ts";
import { failedRecords } from "../../infra/local/event-source-mapping/failed-records.ts";
import {
  type BatchLimits,
  gatherBatch,
  receiveSize,
} from "../../infra/local/event-source-mapping/gather-batch.ts";
import { watchResults } from "../../lib/batch/watched-results.ts";
import { type ExplainedInvocation, explainStack } from "./explain-stack.ts";
import { createInvocation, type Invocation } from "./invocation.ts";
import { lambdaContext } from "./lambda-context.ts";
import { type ReceivedRecord, receiveRecords, watchVisible } from "./receive-records.ts";
import { type StackFacts, stackFacts } from "./stack-facts.ts";
import type { Duration, TestClock } from "./test-clock.ts";
import type { TestQueue } from "./test-queue.ts";
import { checkWholeNumber } from "./whole-number.ts";

/** A Lambda handler of SQS events: Middy's or a plain function. */
export type TestHandler = (event: SQSEvent, context: Context) => unknown;

export interface RunStackOptions {
  /** The queue that the handler's records come from. */
  readonly queue: TestQueue;
  /** `@default` the queue's clock */
  readonly clock?: TestClock;
  /** The most records in a batch. `@default` 100 */
  readonly batchSize?: number;
  /** How long to gather a batch. `@default` 1 */
  readonly batchingWindowSeconds?: number;
  /** The most invocations at once. `@default` 1000 */
  readonly maximumConcurrency?: number;
  /** The function's timeout, on the clock. `@default` 60 */
  readonly timeoutSeconds?: number;
}

/** One run of the handler. */
export interface TestInvocation {
  readonly records: readonly SQSRecord[];
  /** In epoch ms, on the clock. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** The handler's response. */
  readonly response?: unknown;
  /** Why the whole batch failed, if it did: the handler threw, crashed or timed out. */
  readonly error?: string;
}

/** A handler with an event source mapping, in a world where time passes only in `advance`. */
export interface TestStack {
  /** Lets time pass: `await stack.advance("3d")` runs three days of batches. */
  advance(duration: Duration): Promise<void>;
  /** In the order in which they ended. */
  readonly invocations: TestInvocation[];
  /**
   * Crashes the next invocation when this many of its calls to queues have taken effect; nothing of its batch is
   * acknowledged. 0 crashes it before its first call. If it makes fewer calls it crashes at its end, before its
   * response counts; its `error` then contains their number.
   *
   * @throws {RangeError} when `calls` is not a whole number of 0 or more
   */
  crashAfter(calls: number): void;
  /**
   * Says where each record of the last invocations went, why, and which middleware was missing; and what stands in the
   * queue now: `expect(outcomes.sent, stack.explain()).toHaveLength(1)`.
   */
  explain(): string;
}

const PAUSE_AFTER_PROBLEM_MS = 1000;

const defaults = {
  batchSize: 100,
  batchingWindowSeconds: 1,
  maximumConcurrency: 1000,
  timeoutSeconds: 60,
} satisfies Partial<RunStackOptions>;

/**
 * Runs a handler on a queue as Lambda's event source mapping would: gathers batches, invokes the handler, reads
 * `batchItemFailures`, and deletes processed records. The handler takes no time on the clock, unless it sleeps on the
 * clock. Nothing runs before the first `advance`.
 *
 * @throws {RangeError} when an option is outside Lambda's limits
 */
export function runStack(handler: TestHandler, options: RunStackOptions): TestStack {
  const { queue, batchSize, batchingWindowSeconds, maximumConcurrency, timeoutSeconds } = {
    ...defaults,
    ...options,
  };
  checkWholeNumber("runStack: batchSize", batchSize, 1, 10_000);
  checkWholeNumber("runStack: batchingWindowSeconds", batchingWindowSeconds, 0, 300);
  checkWholeNumber("runStack: maximumConcurrency", maximumConcurrency, 1);
  checkWholeNumber("runStack: timeoutSeconds", timeoutSeconds, 1, 900);
  const { clock = queue.clock } = options;
  const limits: BatchLimits = { batchSize, windowMs: batchingWindowSeconds * 1000 };
  const waiting: ReceivedRecord[] = [];
  const invocations: TestInvocation[] = [];
  const explained: ExplainedInvocation[] = [];
  const results = watchResults();
  let running = 0;
  let crashAfterCalls: number | undefined;
  let stopWindow = (): void => {};

  /** Starts everything that can start now. Called again whenever something has ended or is due. */
  const work = async (): Promise<void> => {
    stopWindow();
    for (;;) {
      const { take, dueAt } = gatherBatch(waiting, limits, clock.now());
      if (take > 0) {
        if (running >= maximumConcurrency) return;
        void run(waiting.splice(0, take));
        continue;
      }
      const received = await receiveRecords(queue, receiveSize(limits));
      if (received === undefined) clock.startTimer(wake, PAUSE_AFTER_PROBLEM_MS);
      waiting.push(...(received ?? []));
      if (received !== undefined && received.length > 0) continue;
      if (dueAt !== undefined) stopWindow = clock.startTimer(wake, dueAt - clock.now());
      return;
    }
  };
  const wake = oneAtATime(work);

  const run = async (batch: readonly ReceivedRecord[]): Promise<void> => {
    running++;
    const records = batch.map(({ record }) => record);
    const startedAt = clock.now();
    const { used, settled, stored, unaddressed, ...outcome } = await invoke(records);
    const { failed, problem = outcome.error } = failures(outcome, records);
    const processed = records.filter(({ messageId }) => !failed.has(messageId));
    await deleteRecords(queue.client, queue.url, processed);
    const error = problem === undefined ? {} : { error: problem };
    const endedAt = clock.now();
    invocations.push({ records, startedAt, endedAt, ...outcome, ...error });
    const facts = records.map((record) => ({
      record,
      facts: {
        handled: results.of(record) ?? settled.get(record.messageId),
        settled: settled.get(record.messageId),
        isStored: stored.has(record.messageId),
        isUnaddressed: unaddressed.has(record.messageId),
        isFailed: failed.has(record.messageId),
        problem,
        used,
      },
    }));
    explained.push({ records: facts, endedAt, response: outcome.response, ...error });
    running--;
    wake();
  };

  const invoke = async (records: SQSRecord[]): Promise<Outcome & StackFacts> => {
    const invocation = createInvocation();
    const endsAt = clock.now() + timeoutSeconds * 1000;
    const stopTimeout = clock.startTimer(
      () => invocation.die(`the function timed out after ${timeoutSeconds} s`),
      timeoutSeconds * 1000,
    );
    const context = lambdaContext(() => Math.max(0, endsAt - clock.now()));
    if (crashAfterCalls !== undefined) invocation.dieAfterCalls(crashAfterCalls);
    crashAfterCalls = undefined;
    const event = { Records: records };
    const answer = answerOf(handler, event, context, invocation);
    clock.standStillFor(answer);
    const outcome = await answer;
    stopTimeout();
    return { ...outcome, ...stackFacts(context) };
  };

  watchVisible(queue, clock, wake);
  return {
    advance: clock.advance,
    invocations,
    crashAfter(calls) {
      checkWholeNumber("crashAfter: calls", calls, 0);
      crashAfterCalls = calls;
    },
    explain: () => explainStack(explained, queue.messages(), queue.name, clock.now()),
  };
}

type Outcome = Pick<TestInvocation, "response" | "error">;

/** The result of an invocation. The invocation is dead after it, whatever the handler still does. */
async function answerOf(
  handler: TestHandler,
  event: SQSEvent,
  context: Context,
  invocation: Invocation,
): Promise<Outcome> {
  const answer = invocation.run(async () => {
    invocation.checkAlive();
    const response = await handler(event, context);
    invocation.noteEnd();
    return response;
  });
  try {
    return { response: await Promise.race([answer, invocation.death]) };
  } catch (error) {
    return { error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  } finally {
    invocation.end();
  }
}

function failures(
  { response, error }: Outcome,
  records: readonly SQSRecord[],
): { readonly failed: ReadonlySet<string>; readonly problem?: string } {
  if (error !== undefined) return { failed: new Set(records.map(({ messageId }) => messageId)) };
  const { messageIds, ...problem } = failedRecords(JSON.stringify(response), records);
  return { failed: messageIds, ...problem };
}

/** Runs `work` once at a time. Calls during a run cause exactly one more run. */
function oneAtATime(work: () => Promise<void>): () => void {
  let isRunning = false;
  let isAskedAgain = false;
  return () => {
    isAskedAgain = true;
    if (isRunning) return;
    isRunning = true;
    void (async () => {
      while (isAskedAgain) {
        isAskedAgain = false;
        await work();
      }
      isRunning = false;
    })();
  };
}
