import { createPoller } from "../../../functions/poller/poller.ts";
import type { PollTable } from "../../../lib/fence/poll-table.ts";
import { createLogger } from "../../../lib/log/logger.ts";
import { createTestQueue, runStack, type TestClock } from "../../kit/index.ts";
import { queueWorldOf } from "../../kit/queue-world.ts";
import { memoryTable } from "../../support/memory-table.ts";
import { sendOf } from "../faulty-client.ts";
import { httpAnswer } from "../job-server.ts";
import { seededRandom } from "../random.ts";

export interface Load {
  /** The total number of requests. */
  readonly polls: number;
  /** How many jobs are polled at once; at most `polls`. */
  readonly jobs: number;
  readonly intervalSeconds: number;
  readonly latencyMs: number;
  readonly isFenced: boolean;
}

/** The figures of a load. */
export interface LoadFigures {
  readonly requests: number;
  readonly days: number;
  readonly invocations: number;
  readonly mostAtOnce: number;
  /** The most messages that were received and not yet deleted. */
  readonly mostInFlight: number;
  readonly sqsRequests: number;
  readonly tableWrites: number;
  readonly logBytes: number;
  readonly gbSeconds: number;
}

/**
 * Assumptions: the time of a call within a region, and the CPU time of a record and of a write. These are 1 ms and 0.5 ms
 * of a whole CPU, of which 512 MB have 0.29.
 */
export const ASSUMED = {
  sqsCallMs: 10,
  tableCallMs: 5,
  cpuMsPerRecord: 3.5,
  cpuMsPerWrite: 1.7,
  memoryGb: 0.5,
  /** Lambda's pollers on an idle queue: five concurrent long polls of 20 s. */
  idleReceivesPerHour: 900,
} as const;

/** Runs the real stack through a whole load, on a clock that skips the waits. */
export async function planLoad(load: Load): Promise<LoadFigures> {
  const { polls, jobs, intervalSeconds, latencyMs, isFenced } = load;
  const queue = createTestQueue({ name: "polls" });
  const { clock } = queue;
  const outcomes = createTestQueue({ name: "outcomes", clock });
  const stored = queueWorldOf(clock).service.queues.byName("polls").store;
  const random = seededRandom(1);
  const count = { requests: 0, sqsRequests: 0, tableWrites: 0, logBytes: 0, running: 0, most: 0 };
  let mostInFlight = 0;
  let ids = 0;
  const write = (line: string) => {
    count.logBytes += Buffer.byteLength(line);
  };
  const poller = createPoller(
    {
      queueUrl: queue.url,
      deadLetterQueueUrl: undefined,
      outcomeQueueUrl: outcomes.url,
      concurrency: 100,
      hostConcurrency: undefined,
    },
    {
      client: Object.assign(Object.create(queue.client), {
        async send(command: object) {
          count.sqsRequests++;
          await clock.sleep(ASSUMED.sqsCallMs);
          return sendOf(queue.client)(command);
        },
      }),
      table: isFenced ? countedTable(clock, () => count.tableWrites++) : undefined,
      async send(_request, { timeoutMs, signal }) {
        count.requests++;
        try {
          await clock.sleep(Math.min(latencyMs, timeoutMs), signal);
        } catch {
          return { kind: "aborted" };
        }
        return httpAnswer(latencyMs > timeoutMs ? "silent" : "pending");
      },
      logger: createLogger("INFO", write),
      now: clock.now,
      random,
      newId: () => `id-${++ids}`,
      startTimer: clock.startTimer,
    },
  );
  const stack = runStack(
    async (event, context) => {
      count.most = Math.max(count.most, ++count.running);
      mostInFlight = Math.max(mostInFlight, stored.inFlightCount);
      try {
        const response = await poller(event, context);
        const cpuMs = ASSUMED.cpuMsPerRecord + (isFenced ? ASSUMED.cpuMsPerWrite : 0);
        await clock.sleep(event.Records.length * cpuMs);
        return response;
      } finally {
        count.running--;
      }
    },
    { queue },
  );

  for (let nth = 0; nth < jobs; nth++) {
    const pollsOfJob = Math.floor(polls / jobs) + (nth < polls % jobs ? 1 : 0);
    const message = {
      pollId: `job-${nth}`,
      request: { url: `https://jobs.example/${nth}` },
      delaySeconds: intervalSeconds,
      maxRetries: pollsOfJob - 1,
    };
    clock.startTimer(() => queue.send(message), (nth * intervalSeconds * 1000) / jobs);
  }

  const startedAt = clock.now();
  const total = { invocations: 0, records: 0, durationMs: 0, receives: 0, deletes: 0 };
  do {
    await clock.advance(10 * 60_000);
    for (const { records, startedAt: from, endedAt } of stack.invocations) {
      total.invocations++;
      total.records += records.length;
      total.durationMs += endedAt - from;
      total.receives += Math.ceil(records.length / 10);
      total.deletes += Math.ceil(records.length / 10);
    }
    // Frees memory: a million polls leave a million entries in each list.
    for (const list of [stack.invocations, queue.sent, outcomes.sent]) list.length = 0;
  } while (queue.messages().length > 0);

  const hours = (clock.now() - startedAt) / 3_600_000;
  const idle = hours * ASSUMED.idleReceivesPerHour;
  return {
    requests: count.requests,
    days: hours / 24,
    invocations: total.invocations,
    mostAtOnce: count.most,
    mostInFlight,
    sqsRequests: count.sqsRequests + total.receives + total.deletes + Math.round(idle),
    tableWrites: count.tableWrites,
    logBytes: count.logBytes,
    gbSeconds: (total.durationMs / 1000) * ASSUMED.memoryGb,
  };
}

function countedTable(clock: TestClock, written: () => void): PollTable {
  const table = memoryTable();
  return {
    async claim(claim, now) {
      written();
      await clock.sleep(ASSUMED.tableCallMs);
      return table.claim(claim, now);
    },
    async decide(claim, outcome) {
      written();
      await clock.sleep(ASSUMED.tableCallMs);
      return table.decide(claim, outcome);
    },
    async claimAndDecide(claim, outcome) {
      written();
      await clock.sleep(ASSUMED.tableCallMs);
      return table.claimAndDecide(claim, outcome);
    },
    async keepNext(claim, next) {
      written();
      await clock.sleep(ASSUMED.tableCallMs);
      await table.keepNext(claim, next);
    },
    async giveBack(claim) {
      written();
      await table.giveBack(claim);
    },
    async keepLease(claim, until, options) {
      written();
      await table.keepLease(claim, until, options);
    },
    async markAbort(pollId, abortClaimId) {
      written();
      return table.markAbort(pollId, abortClaimId);
    },
    find: (pollId) => table.find(pollId),
  };
}
