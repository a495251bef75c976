import middy from "@middy/core";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { beforeEach, describe, expect, it, vi } from "vitest";
import {
  completed,
  deadLetterPoison,
  deliverOutcomes,
  eachRecord,
  failureBackoff,
  type LogEntry,
  pending,
  type RecordHandler,
  recordMetrics,
  requeuePending,
} from "../../../middleware/index.ts";
import {
  createTestQueue,
  lambdaContext,
  sqsEvent,
  sqsRecord,
  type TestQueue,
} from "../../kit/index.ts";

type Stack = ReturnType<typeof middy<SQSEvent, SQSBatchResponse>>;

let queue: TestQueue;
let outcomes: TestQueue;
let failures: { messageId: string; reason: string }[];
let logged: LogEntry[];
let logger: (entry: LogEntry) => void;
beforeEach(() => {
  queue = createTestQueue();
  outcomes = createTestQueue({ clock: queue.clock });
  failures = [];
  logged = [];
  logger = (entry) => void logged.push(entry);
});

const parts = {
  report: () =>
    sqsPartialBatchFailure({
      logger: (reason, { messageId }) => failures.push({ messageId, reason: String(reason) }),
    }),
  backoff: () => failureBackoff({ queueUrl: queue.url, client: queue.client, logger }),
  letters: () => deadLetterPoison({ queueUrl: queue.url, client: queue.client, logger }),
  metrics: () => recordMetrics({ namespace: "Any", write: () => undefined, logger }),
  deliver: () => deliverOutcomes({ queueUrl: outcomes.url, client: queue.client, logger }),
  requeue: () => requeuePending({ queueUrl: queue.url, client: queue.client, logger }),
};
type Part = keyof typeof parts;

const event = () => sqsEvent(...["1", "2", "3"].map((messageId) => sqsRecord({ messageId })));
const all = { batchItemFailures: ["1", "2", "3"].map((itemIdentifier) => ({ itemIdentifier })) };
const none = { batchItemFailures: [] };

const stackOf = (...used: (Part | middy.MiddlewareObj<SQSEvent>)[]): Stack => {
  const stack = middy<SQSEvent, SQSBatchResponse>();
  for (const part of used) stack.use(typeof part === "string" ? parts[part]() : part);
  return stack;
};
const run = async (stack: Stack, handle: RecordHandler) =>
  stack.handler(eachRecord(handle))(event(), lambdaContext());

describe("a missing middleware", () => {
  it.each<{ used: Part[] }>([
    { used: ["report"] },
    { used: ["report", "backoff"] },
    { used: ["report", "letters", "metrics", "deliver"] },
    { used: ["backoff", "report", "deliver"] },
  ])("requeuePending, in $used: a pending record fails", async ({ used }) => {
    expect(await run(stackOf(...used), () => pending())).toEqual(all);
    const said = JSON.stringify([failures, logged]);
    expect(said).toMatch(/it is pending, but no requeuePending is in the stack: add .use\(requeue/);
  });

  it.each<{ used: Part[] }>([
    { used: ["report"] },
    { used: ["report", "requeue"] },
    { used: ["report", "backoff", "metrics", "requeue"] },
  ])("deliverOutcomes, in $used: a record with an outcome fails", async ({ used }) => {
    expect(await run(stackOf(...used), () => completed({ done: true }))).toEqual(all);
    expect(failures[0]?.reason).toMatch(/but no deliverOutcomes is in the stack: add/);
    expect(await run(stackOf(...used), () => completed())).toEqual(none);
  });

  it("deliverOutcomes: an exhausted record fails, and is not requeued", async () => {
    const stack = stackOf("report", "requeue");
    const handle = () => pending({ body: { retryCount: 1, maxRetries: 1 } });
    expect(await run(stack, handle)).toEqual(all);
    expect(queue.sent).toEqual([]);
  });

  it("deliverOutcomes, beside a lone after-hook: an exhausted record fails", async () => {
    const { after } = parts.requeue();
    const stack = stackOf("report").after(after ?? expect.unreachable());
    const handle = () => pending({ body: { retryCount: 1, maxRetries: 1 } });
    expect(await run(stack, handle)).toEqual(all);
  });

  it("sqsPartialBatchFailure: Lambda still reads which records failed", async () => {
    queue.refuseEntries(1);
    const response = await run(stackOf("backoff", "deliver", "requeue"), () => pending());
    expect(JSON.parse(JSON.stringify(response))).toEqual({
      batchItemFailures: [{ itemIdentifier: "1" }],
    });
    expect(queue.sent).toHaveLength(2);
  });
});

describe("sqsPartialBatchFailure in any place but the first", () => {
  it.each<{ used: Part[] }>([
    { used: ["requeue", "report"] },
    { used: ["backoff", "deliver", "requeue", "report"] },
    { used: ["backoff", "deliver", "report", "requeue"] },
    { used: ["backoff", "report", "deliver", "requeue"] },
  ])("in $used: each record is requeued or fails", async ({ used }) => {
    queue.refuseEntries(1);
    const response = await run(stackOf(...used), () => pending());
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "1" }] });
    expect(queue.sent).toHaveLength(2);
    expect(logged).toContainEqual({
      level: "ERROR",
      message: expect.stringMatching(
        /answered before \w+: sqsPartialBatchFailure must be the first/,
      ),
    });
  });

  it("acknowledges a record that is dead-lettered after the batch was answered", async () => {
    const poison = Object.assign(new Error("poison"), { name: "PoisonRecordError" });
    const handle = () => Promise.reject(poison);
    expect(await run(stackOf("letters", "requeue", "report"), handle)).toEqual(none);
    expect(queue.sent).toHaveLength(3);
  });
});

describe("an order that loses records", () => {
  it.each<{ used: Part[]; error: RegExp }>([
    {
      used: ["report", "requeue", "deliver"],
      error:
        /^deliverOutcomes is used after requeuePending: .* \.use\(deliverOutcomes\(\.\.\.\)\) before/,
    },
    { used: ["report", "deliver", "requeue", "requeue"], error: /^requeuePending is used twice/ },
    { used: ["requeue", "requeue"], error: /^requeuePending is used twice/ },
    { used: ["report", "deliver", "deliver", "requeue"], error: /^deliverOutcomes is used twice/ },
    { used: ["requeue", "deliver", "report"], error: /^deliverOutcomes is used after/ },
  ])("$used: the invocation fails before any record is processed", async ({ used, error }) => {
    const handle = vi.fn(() => pending());
    await expect(run(stackOf(...used), handle)).rejects.toThrow(error);
    expect(handle).not.toHaveBeenCalled();
    expect(queue.sent).toEqual([]);
  });

  it("is detected across two copies of the package", async () => {
    const built = new URL("../../../dist/package/middleware/index.js", import.meta.url);
    const copy: typeof import("../../../middleware/index.ts") = await import(built.href);
    expect(copy.requeuePending).not.toBe(requeuePending);
    const again = copy.requeuePending({ queueUrl: queue.url, client: queue.client });
    const stack = stackOf("report", "deliver", "requeue", again);
    await expect(run(stack, () => pending())).rejects.toThrow(/requeuePending is used twice/);
    expect(await run(stackOf("report", "deliver", again), () => pending())).toEqual(none);
  });

  it("only gives a warning when no record can be lost", async () => {
    const stack = stackOf("report", "deliver", "letters", "requeue", "metrics", "backoff");
    expect(await run(stack, () => pending())).toEqual(none);
    expect(logged.map(({ message }) => message)).toContain(
      "deadLetterPoison is used after deliverOutcomes. Write .use(deadLetterPoison(...)) before " +
        ".use(deliverOutcomes(...)): after-hooks run from the last use to the first",
    );
  });

  it("gives the warning once to each logger of a sandbox", async () => {
    const warnings: string[][] = [];
    for (const _ of ["one stack", "another stack"]) {
      const said: string[] = [];
      logger = ({ message }) => void said.push(message);
      const stack = stackOf("report", "deliver", "letters", "requeue", "metrics", "backoff");
      await run(stack, () => pending());
      await run(stack, () => pending());
      warnings.push(said.filter((message) => message.startsWith("deadLetterPoison is used")));
    }
    expect(warnings.map(({ length }) => length)).toEqual([1, 1]);
  });

  it("does not include two outcome queues", async () => {
    const second = createTestQueue({ clock: queue.clock });
    const { client } = queue;
    const stack = stackOf("report", "deliver", deliverOutcomes({ queueUrl: second.url, client }));
    expect(await run(stack, () => completed({ done: true }))).toEqual(none);
    expect([outcomes.sent.length, second.sent.length]).toEqual([3, 3]);
  });
});

describe("a stack within another one", () => {
  const mixed = ({ messageId }: { messageId: string }) =>
    messageId === "1" ? completed({ done: true }) : pending();
  const nested = (outer: Stack, ...inner: Part[]) =>
    outer.handler(stackOf(...inner).handler(eachRecord(mixed)) as never);

  it.each<{ outer: Part[]; inner: Part[] }>([
    { outer: ["report", "deliver"], inner: ["requeue"] },
    { outer: ["report"], inner: ["deliver", "requeue"] },
    { outer: ["deliver", "requeue"], inner: ["report"] },
  ])("$outer, $inner within: each record is stored once", async ({ outer, inner }) => {
    const handler = nested(stackOf(...outer), ...inner);
    expect(await handler(event(), lambdaContext())).toEqual(none);
    expect([outcomes.sent.length, queue.sent.length]).toEqual([1, 2]);
  });

  it("is in an order with it", async () => {
    const handler = nested(stackOf("report", "requeue"), "deliver");
    await expect(handler(event(), lambdaContext())).rejects.toThrow(
      /^deliverOutcomes is used after/,
    );
  });

  it("is no other one when the first has ended", async () => {
    const [again, context] = [event(), lambdaContext()];
    for (const stack of [stackOf("report", "deliver", "requeue"), stackOf("deliver", "requeue")]) {
      await stack.handler(eachRecord(() => pending()))(again, context);
    }
    expect(queue.sent).toHaveLength(6);
  });
});

describe("a foreign middleware", () => {
  const changes: Record<string, (results: unknown[]) => unknown> = {
    removes: () => undefined,
    empties: () => ({}),
    answers: () => none,
    shortens: (results) => results.slice(1),
    "cuts in place": (results) => results.splice(1) && results,
    lengthens: (results) => [...results, { status: "rejected", reason: "more" }],
    reverses: (results) => results.toReversed(),
    "sorts in place": (results) => results.reverse(),
  };
  it.each(Object.keys(changes))(
    "that %s the results does not affect the other middlewares",
    async (how) => {
      const foreign = {
        after: (request: middy.Request<SQSEvent>) => {
          request.response = changes[how]?.(request.response);
        },
      };
      let n = 0;
      const stack = stackOf("report", "deliver", "requeue", foreign);
      const handle = () => (++n === 1 ? completed({ n }) : n === 2 ? pending() : Promise.reject(n));
      expect(await run(stack, handle)).toEqual({ batchItemFailures: [{ itemIdentifier: "3" }] });
      expect([outcomes.sent.length, queue.sent.length]).toEqual([1, 1]);
      expect(logged.map(({ level }) => level)).toContain("ERROR");
    },
  );

  it("may make a record wait only before requeuePending", async () => {
    const late = {
      after: (request: middy.Request<SQSEvent>) => {
        request.response = request.response.map(() => ({ status: "fulfilled", value: pending() }));
      },
    };
    expect(await run(stackOf("report", "backoff", late, "requeue"), () => completed())).toEqual(
      all,
    );
    expect(failures[0]?.reason).toMatch(/requeuePending had run before: use what changes results/);
    expect(await run(stackOf("report", "requeue", late), () => completed())).toEqual(none);
  });

  it("that returns the results from its after-hook fails every record", async () => {
    const returns = { after: (request: middy.Request<SQSEvent>) => request.response };
    const response = await run(stackOf("report", "deliver", "requeue", returns), () => pending());
    expect(JSON.parse(JSON.stringify(response))).toEqual(all);
  });

  it("that throws after records were requeued causes no fork", async () => {
    const throws = { after: () => Promise.reject(new Error("no audit today")) };
    queue.refuseEntries(1);
    const response = await run(stackOf("report", throws, "requeue"), () => pending());
    expect(response).toEqual({ batchItemFailures: [{ itemIdentifier: "1" }] });
    expect(logged).toContainEqual(expect.objectContaining({ level: "ERROR" }));
  });

  it("may replace event and context by copies", async () => {
    const replaces = {
      before: (request: middy.Request<SQSEvent>) => {
        request.event = { Records: [...request.event.Records] };
        request.context = { ...request.context };
      },
    };
    expect(await run(stackOf("report", "deliver", "requeue", replaces), () => pending())).toEqual(
      none,
    );
    expect(queue.sent).toHaveLength(3);
  });
});
