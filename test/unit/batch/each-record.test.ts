import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { eachRecord, type RecordHandler } from "../../../lib/batch/each-record.ts";
import { completed, held, pending, type RecordResult } from "../../../lib/batch/record-result.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { sqsEvent, sqsRecord } from "../../kit/records.ts";

const NOW = 1_800_000_000_000;
const batchOf = (...ids: string[]) => sqsEvent(...ids.map((messageId) => sqsRecord({ messageId })));
const ids = (count: number) => Array.from({ length: count }, (_, index) => `record-${index}`);
const run = (handle: RecordHandler, event = batchOf("a")) =>
  eachRecord(handle, { now: () => NOW })(event, lambdaContext());

describe("the settled results", () => {
  it("are in the order of the records, one per record", async () => {
    const reason = new Error("why");
    const results = await run(
      async ({ messageId }) => {
        if (messageId === "b") throw reason;
        return messageId === "a" ? pending({ delaySeconds: 5 }) : completed({ id: messageId });
      },
      batchOf("a", "b", "c"),
    );
    expect(results).toEqual([
      { status: "fulfilled", value: pending({ delaySeconds: 5 }), settledAt: NOW },
      { status: "rejected", reason },
      { status: "fulfilled", value: completed({ id: "c" }), settledAt: NOW },
    ]);
  });

  it("are in the order of the records, in whatever order they settle", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.integer({ min: 1, max: 20 }),
        async (scheduler, count) => {
          const handler = eachRecord(({ messageId }) =>
            scheduler.schedule(Promise.resolve(completed({ id: messageId }))),
          );
          const results = handler(batchOf(...ids(count)), lambdaContext());
          const settled = await scheduler.waitFor(results);
          expect(settled.map((of) => of.status === "fulfilled" && of.value)).toEqual(
            ids(count).map((id) => completed({ id })),
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  it("are empty for an empty batch", async () => {
    expect(await run(() => completed(), sqsEvent())).toEqual([]);
  });

  it("are complete when every record failed", async () => {
    const results = await run(() => Promise.reject(new Error("all")), batchOf("a", "b"));
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });
});

describe("an error that a handler throws is the reason of its own record only", () => {
  it.each([
    { thrown: null },
    { thrown: undefined },
    { thrown: "text" },
    { thrown: 0 },
    { thrown: {} },
  ])("$thrown", async ({ thrown }) => {
    const handlers: RecordHandler[] = [
      () => {
        throw thrown;
      },
      () => Promise.reject(thrown),
    ];
    for (const handle of handlers) {
      const results = await run(
        (record, control) => (record.messageId === "a" ? handle(record, control) : completed()),
        batchOf("a", "b"),
      );
      expect(results).toEqual([
        { status: "rejected", reason: thrown },
        { status: "fulfilled", value: completed(), settledAt: NOW },
      ]);
    }
  });
});

describe("a handler's return value that is not a record result", () => {
  it.each([undefined, null, true, "completed", {}, [], { kind: "done" }, { kind: "pending" }])(
    "%j rejects its record",
    async (value) => {
      const [result] = await run(() => value as RecordResult);
      expect(result).toMatchObject({
        status: "rejected",
        reason: {
          name: "TypeError",
          message: `record a: its handler must return pending(), held() or completed(), got ${typeof value}`,
        },
      });
    },
  );
});

describe("concurrency", () => {
  it.each([
    { concurrency: 1, records: 5, most: 1 },
    { concurrency: 3, records: 10, most: 3 },
    { concurrency: 100, records: 20, most: 20 },
    { concurrency: undefined, records: 150, most: 100 },
  ])("$concurrency of $records records: $most at once", async ({ concurrency, records, most }) => {
    let running = 0;
    let mostRunning = 0;
    const handler = eachRecord(
      async () => {
        mostRunning = Math.max(mostRunning, ++running);
        await new Promise(setImmediate);
        running--;
        return completed();
      },
      concurrency === undefined ? {} : { concurrency },
    );
    const results = await handler(batchOf(...ids(records)), lambdaContext());
    expect(results).toHaveLength(records);
    expect(mostRunning).toBe(most);
  });
});

describe("a record that occurs twice in a batch", () => {
  it("is processed once, and both positions get the result", async () => {
    const processed: string[] = [];
    const results = await run(
      ({ messageId }) => {
        processed.push(messageId);
        if (messageId === "a") throw new Error("no");
        return completed({ id: messageId });
      },
      batchOf("a", "b", "a", "b"),
    );
    expect(processed).toEqual(["a", "b"]);
    expect(results.map(({ status }) => status)).toEqual([
      "rejected",
      "fulfilled",
      "rejected",
      "fulfilled",
    ]);
    expect(results[1]).toBe(results[3]);
  });

  it("is passed to the handler from its first position, which the after-hooks read too", async () => {
    const event = batchOf("a", "a");
    const handed: unknown[] = [];
    await run((record) => {
      handed.push(record);
      return completed();
    }, event);
    expect(handed).toHaveLength(1);
    expect(handed[0]).toBe(event.Records[0]);
  });
});

describe("a record that arrives before its notBefore", () => {
  it("is held until then, without being processed", async () => {
    const early = sqsRecord({ messageId: "early", body: { notBefore: NOW + 60_000 } });
    const due = sqsRecord({ messageId: "due", body: { notBefore: NOW } });
    const processed: string[] = [];
    const results = await run(
      ({ messageId }) => {
        processed.push(messageId);
        return completed();
      },
      sqsEvent(early, due),
    );
    expect(processed).toEqual(["due"]);
    expect(results[0]).toMatchObject({ value: held({ delaySeconds: 60 }) });
    expect(results[1]).toMatchObject({ value: completed() });
  });
});

describe("the deadline", () => {
  /** A function with 100 ms left keeps a quarter of it as reserve. */
  const shortly = lambdaContext(() => 100);

  it("holds the running and the waiting records, and keeps finished results", async () => {
    const started: string[] = [];
    const handler = eachRecord(
      ({ messageId }) => {
        started.push(messageId);
        return messageId === "done" ? completed() : new Promise<RecordResult>(() => undefined);
      },
      { concurrency: 2 },
    );
    const results = await handler(batchOf("done", "hangs", "hangs-too", "waits"), shortly);
    expect(results.map((of) => of.status === "fulfilled" && of.value)).toEqual([
      completed(),
      held(),
      held(),
      held(),
    ]);
    expect(started).toEqual(["done", "hangs", "hangs-too"]);
  });

  it("aborts the signal, and holds a record however its handler reacts", async () => {
    const aborted = (signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    const handler = eachRecord(async ({ messageId }, { signal }) => {
      await aborted(signal);
      if (messageId === "throws") throw new Error("aborted");
      return completed();
    });
    const results = await handler(batchOf("throws", "returns"), shortly);
    expect(results).toMatchObject([{ value: held() }, { value: held() }]);
  });

  it("starts no waiting record after the batch has ended", async () => {
    const started: string[] = [];
    const release = Promise.withResolvers<RecordResult>();
    const handler = eachRecord(
      ({ messageId }) => {
        started.push(messageId);
        return release.promise;
      },
      { concurrency: 1 },
    );
    await handler(batchOf("a", "b"), shortly);
    release.resolve(completed());
    await new Promise(setImmediate);
    expect(started).toEqual(["a"]);
  });

  it("tells a handler how much time it has", async () => {
    await eachRecord((_, { deadline, context, signal }) => {
      expect(deadline.budgetMs).toBe(50_000);
      expect(deadline.remainingMs()).toBeLessThanOrEqual(50_000);
      expect(context.functionName).toBe("function");
      expect(signal.aborted).toBe(false);
      return completed();
    })(
      batchOf("a"),
      lambdaContext(() => 60_000),
    ).then(([result]) => {
      expect(result).toMatchObject({ value: completed() });
    });
  });
});

describe("an event without records", () => {
  it.each([undefined, null, {}, { Records: "a" }, [], { records: [] }])(
    "%j: TypeError",
    async (event) => {
      const handler = eachRecord(() => completed());
      const invoke = () => Reflect.apply(handler, undefined, [event, lambdaContext()]);
      await expect(invoke()).rejects.toThrow(/^eachRecord wants an SQS event/);
    },
  );
});

describe("an invalid concurrency", () => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "is refused when the stack is built: %s",
    (concurrency) => {
      const handle = () => completed();
      expect(() => eachRecord(handle, { concurrency })).toThrow(RangeError);
      const lanes = { of: () => undefined, concurrency };
      expect(() => eachRecord(handle, { lanes })).toThrow("lanes.concurrency must be a whole");
    },
  );
});

describe("invalid options", () => {
  it.each([
    [{ concurency: 3 }, "eachRecord: unknown option concurency: did you mean concurrency?"],
    [{ lanes: { off: () => "a", of: () => "a", concurrency: 1 } }, "unknown option lanes.off"],
    [{ now: 7 }, "eachRecord: now must be a function"],
  ])("%j is refused when the stack is built", (options, problem) => {
    const build = () => Reflect.apply(eachRecord, undefined, [() => completed(), options]);
    expect(build).toThrow(TypeError);
    expect(build).toThrow(problem);
  });
});
