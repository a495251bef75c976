import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { Context, SQSEvent } from "aws-lambda";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { failedRecords } from "../../../infra/local/event-source-mapping/failed-records.ts";
import {
  completed,
  countGroups,
  createFence,
  deadLetterPoison,
  decideOutcomes,
  deliverOutcomes,
  eachRecord,
  failureBackoff,
  fenced,
  held,
  nextPollMessage,
  PoisonRecordError,
  pending,
  type RecordHandler,
  recordMetrics,
  requeuePending,
  settleLeases,
} from "../../../middleware/index.ts";
import { createTestQueue, lambdaContext, sqsEvent, sqsRecord } from "../../kit/index.ts";
import { memoryGroups } from "../../support/memory-groups.ts";
import { memoryTable } from "../../support/memory-table.ts";

/** What a handler does, and what must be stored before its record may be acknowledged. */
const KINDS = {
  pending: "requeued",
  held: "requeued",
  exhausted: "delivered",
  outcome: "delivered",
  done: "nothing",
  poison: "dead-lettered",
  error: "never",
} as const;
type Kind = keyof typeof KINDS;
const kinds = Object.keys(KINDS) as Kind[];

const handle: RecordHandler = ({ body }) => {
  const { kind } = JSON.parse(body);
  if (kind === "pending" || kind === "exhausted") return pending();
  if (kind === "held") return held();
  if (kind === "outcome") return completed({ pollId: kind });
  if (kind === "poison") throw new PoisonRecordError("kind: is poison");
  if (kind === "error") throw new Error("not now");
  return completed();
};

/** Another handler than eachRecord, which also returns settled results. */
const settleAll = (handleOne: RecordHandler) => (event: SQSEvent, context: Context) => {
  const deadline = { budgetMs: 60_000, remainingMs: () => 60_000 };
  const control = { signal: new AbortController().signal, deadline, context };
  return Promise.allSettled(event.Records.map(async (record) => handleOne(record, control)));
};

/** Runs a stack of the given parts once. @returns what happened to each record */
async function run(parts: readonly string[], isOwnHandler: boolean, isFenced: boolean) {
  const queue = createTestQueue();
  const { client, clock } = queue;
  const outcomes = createTestQueue({ clock });
  const letters = createTestQueue({ clock });
  const logger = () => undefined;
  const fence = createFence({ table: memoryTable(), now: clock.now, logger });
  const next = nextPollMessage({ fence });
  const make: Readonly<Record<string, () => middy.MiddlewareObj<SQSEvent>>> = {
    sqsPartialBatchFailure: () => sqsPartialBatchFailure({ logger }),
    failureBackoff: () => failureBackoff({ queueUrl: queue.url, client, logger }),
    deadLetterPoison: () => deadLetterPoison({ queueUrl: letters.url, client, logger }),
    recordMetrics: () => recordMetrics({ namespace: "Any", write: () => undefined, logger }),
    settleLeases: () => settleLeases({ fence, logger }),
    deliverOutcomes: () => deliverOutcomes({ queueUrl: outcomes.url, client, logger }),
    countGroups: () => countGroups({ queueUrl: queue.url, table: memoryGroups(), client, logger }),
    decideOutcomes: () => decideOutcomes({ fence, logger }),
    requeuePending: () => requeuePending({ queueUrl: queue.url, client, logger, next }),
    own: () => ({ after: () => undefined }),
  };
  const stack = middy<SQSEvent>();
  for (const part of parts) stack.use(make[part]?.() ?? []);
  const handleOne = isFenced ? fenced(handle, { fence }) : handle;
  const handler = stack.handler(isOwnHandler ? settleAll(handleOne) : eachRecord(handleOne, clock));
  const records = kinds.map((kind) =>
    sqsRecord({
      body: { kind, pollId: kind, ...(kind === "exhausted" && { maxRetries: 0 }) },
    }),
  );
  const response = await handler(sqsEvent(...records), lambdaContext()).catch(() => undefined);
  const { messageIds } = failedRecords(JSON.stringify(response ?? "failed"), records);
  const countIn = (of: typeof queue, kind: Kind) =>
    of.sent.filter(({ body }) => JSON.parse(body).pollId === kind).length;
  return records.map(({ messageId }, place) => {
    const kind = kinds[place] ?? expect.unreachable();
    return {
      kind,
      isAcknowledged: !messageIds.has(messageId),
      requeued: countIn(queue, kind),
      delivered: countIn(outcomes, kind),
      letters: countIn(letters, kind),
    };
  });
}

const PARTS = [
  "sqsPartialBatchFailure",
  "failureBackoff",
  "deadLetterPoison",
  "recordMetrics",
  "settleLeases",
  "deliverOutcomes",
  "countGroups",
  "decideOutcomes",
  "requeuePending",
  "own",
];
const anyStack = fc.oneof(
  fc.array(fc.constantFrom(...PARTS), { maxLength: 10 }),
  fc.shuffledSubarray(PARTS),
  // One part moved, left out or added: typical mistakes.
  fc.tuple(fc.nat(9), fc.option(fc.nat(9)), fc.constantFrom(...PARTS)).map(([from, to, part]) => {
    const parts = PARTS.toSpliced(from, 1);
    return to === null ? parts : parts.toSpliced(to, 0, part);
  }),
);

describe("the middlewares, in any order, left out or used twice", () => {
  it("lose no record and fork none", async () => {
    await fc.assert(
      fc.asyncProperty(anyStack, fc.boolean(), fc.boolean(), async (parts, isOwn, isFenced) => {
        // At least one part must be this package's: the handler or a middleware.
        fc.pre(!isOwn || parts.some((part) => !["sqsPartialBatchFailure", "own"].includes(part)));
        for (const record of await run(parts, isOwn, isFenced)) {
          const { kind, isAcknowledged, requeued, delivered, letters } = record;
          const stored = {
            requeued: requeued === 1,
            delivered: delivered > 0,
            "dead-lettered": letters === 1,
            nothing: true,
            never: false,
          }[KINDS[kind]];
          if (isAcknowledged) expect(record).toEqual(stored ? record : "lost");
          expect(requeued).toBeLessThanOrEqual(isAcknowledged ? 1 : 0);
        }
      }),
      { numRuns: Number(process.env.RUNS ?? 300) },
    );
  });
});
