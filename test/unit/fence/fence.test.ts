import { describe, expect, it } from "vitest";
import { completed, held, pending } from "../../../lib/batch/record-result.ts";
import { createFence } from "../../../lib/fence/create-fence.ts";
import { fenced } from "../../../lib/fence/fenced.ts";
import { TableRefusalError } from "../../../lib/fence/poll-table.ts";
import { sqsRecord } from "../../kit/records.ts";
import { copy, record, START, setUp } from "./fence-set-up.ts";

describe("a fence", () => {
  it("leases a poll for the function's remaining time plus 2 s", async () => {
    const { fence, control, table } = setUp();
    expect(await fence.claim(copy(3, "c"), control(60_000))).toBeUndefined();
    expect(table.rows.get("p")).toEqual({
      seen: 3,
      owner: "c",
      claimId: "claim 1",
      leaseUntil: START + 62_000,
      proof: "proof",
      proofClaimId: "claim 1",
    });
  });

  it("keeps a row for 28 days, whatever the message's expiresAt", async () => {
    const { fence, control, table } = setUp();
    const ttls: number[] = [];
    const { claim } = table;
    table.claim = (asked, now) => {
      ttls.push(asked.ttl);
      return claim(asked, now);
    };
    const days = (count: number) => count * 24 * 60 * 60;
    for (const more of [{}, { expiresAt: "9999-01-01T00:00:00Z" }]) {
      await fence.claim(copy(1, "c", more), control()).catch(() => undefined);
    }
    expect(ttls.map((ttl) => ttl - START / 1000)).toEqual([days(28), days(28)]);
  });

  it("rejects a copy that is being processed, to be retried 5 s after its lease", async () => {
    const { fence, control, advance } = setUp();
    await fence.claim(copy(3, "c"), control(60_000));
    advance(1500);
    await expect(fence.claim(copy(3, "c"), control())).rejects.toMatchObject({
      name: "RetryLaterError",
      message: "this copy is being processed; its lease ends in 61 s",
      retryAfterSeconds: 66,
    });
  });

  it("acknowledges and logs a stale copy without processing it", async () => {
    const { fence, control, logged } = setUp();
    const handled: string[] = [];
    const handle = fenced(
      ({ messageId }) => {
        handled.push(messageId);
        return pending();
      },
      { fence },
    );
    await handle(copy(3, "c"), control());
    expect(await handle(copy(2, "b"), control())).toEqual(completed());
    expect(await handle(copy(3, "fork"), control())).toEqual(completed());
    expect(handled).toEqual(["message of c"]);
    const message = "record dropped";
    expect(logged).toEqual([
      { level: "INFO", message, messageId: "message of b", goesOn: "successor" },
      { level: "INFO", message, messageId: "message of fork", goesOn: "copy" },
    ]);
  });

  it("decides an outcome once: later calls get the first one, byte for byte", async () => {
    const { fence, control } = setUp();
    const [first, second] = [copy(3, "c"), copy(4, "d")];
    await fence.claim(first, control());
    await fence.claim(second, control());
    const done = await fence.decide(first, completed({ status: "succeeded", n: 1 }));
    const late = await fence.decide(second, completed({ status: "failed", n: 2 }));
    expect(done.json).toBe('{"status":"succeeded","n":1}');
    expect(done.outcome).toEqual({ status: "succeeded", n: 1 });
    expect(late).toEqual(done);
    expect(await fence.claim(copy(5, "e"), control())).toEqual(done);
  });

  it("returns the outcome again for a second submission of an ended poll", async () => {
    const { fence, control } = setUp();
    const first = record({ pollId: "p" }, "m1");
    await fence.claim(first, control());
    const done = await fence.decide(first, completed({ status: "succeeded" }));
    expect(await fence.claim(record({ pollId: "p" }, "m2"), control())).toEqual(done);
  });

  it("decides for a record that completed without an outcome, too", async () => {
    const { fence, control } = setUp();
    const first = copy(3, "c");
    await fence.claim(first, control());
    expect(await fence.decide(first, completed())).toEqual(completed());
    expect(await fence.claim(copy(4, "d"), control())).toEqual(completed());
    expect(fence.hasClaimed(first)).toBe(false);
  });

  it("gives a lease back, so that the copy can be claimed at once", async () => {
    const { fence, control } = setUp();
    const first = copy(3, "c");
    await fence.claim(first, control());
    await fence.giveBack(first);
    expect(await fence.claim(copy(3, "c"), control())).toBeUndefined();
  });

  it("gives no other copy's lease back after its own has passed", async () => {
    const { fence, control, advance, table } = setUp();
    const first = copy(3, "c");
    await fence.claim(first, control(1000));
    advance(3000);
    await fence.claim(copy(3, "c"), control(60_000));
    await fence.giveBack(first);
    expect(table.rows.get("p")?.leaseUntil).toBe(START + 3000 + 62_000);
  });

  it("gives no lease back for a record whose claim it refused", async () => {
    const { fence, control, table } = setUp();
    await fence.claim(copy(3, "c"), control());
    const again = copy(3, "c");
    await expect(fence.claim(again, control())).rejects.toThrow();
    await fence.giveBack(again);
    expect(table.rows.get("p")?.leaseUntil).toBe(START + 62_000);
  });

  it.each([
    [
      "until its wait ends, when that is after other submissions stop waiting",
      62_000 + 30_000 + 1,
      START + 92_001,
    ],
    ["unchanged when its wait ends before", 62_000 + 30_000, START + 62_000],
  ])("keeps the lease of a submission %s", async (_how, waitsMs, leaseUntil) => {
    const { fence, control, table } = setUp();
    const first = record({ pollId: "p" });
    await fence.claim(first, control(60_000));
    await fence.keepLease(first, pending({ delaySeconds: waitsMs / 1000 }));
    expect(table.rows.get("p")).toMatchObject({ leaseUntil });
  });

  it("keeps leases of submissions only, and ignores a table that refuses to", async () => {
    const { fence, control, table } = setUp();
    const [marked, first] = [copy(3, "c"), record({ pollId: "q" })];
    await fence.claim(marked, control());
    await fence.claim(first, control());
    table.keepLease = () => Promise.reject(new Error("throttled"));
    for (const each of [marked, first, record({}, "never claimed")]) {
      await fence.keepLease(each, pending({ delaySeconds: 900 }), START);
    }
    expect(table.rows.get("p")).toMatchObject({ leaseUntil: START + 62_000 });
  });

  it("gives back a lease when the claim succeeded but its call failed", async () => {
    const { fence, control, table } = setUp();
    const { claim } = table;
    table.claim = async (...asked) => {
      await claim(...asked);
      throw new Error("the answer was lost");
    };
    const first = copy(3, "c");
    await expect(fence.claim(first, control())).rejects.toThrow("the answer was lost");
    await fence.giveBack(first);
    expect(table.rows.get("p")?.leaseUntil).toBe(0);
  });

  it("does not count as claimed while the call is under way, and gives back the lease that it may have got", async () => {
    const { fence, control, table } = setUp();
    const { claim } = table;
    const answer = Promise.withResolvers<void>();
    table.claim = async (...asked) => {
      const decision = await claim(...asked);
      await answer.promise;
      return decision;
    };
    const first = copy(3, "c");
    const claiming = fence.claim(first, control());
    await new Promise(setImmediate);
    expect(fence.hasClaimed(first)).toBe(false);
    await fence.giveBack(first);
    expect(table.rows.get("p")?.leaseUntil).toBe(0);
    answer.resolve();
    await claiming;
    expect(fence.hasClaimed(first)).toBe(true);
  });

  it("does not give back a lease that was never written: that spares a throttled table a call", async () => {
    const { fence, control, table, logged } = setUp();
    const asked: string[] = [];
    table.claim = () => Promise.reject(new TableRefusalError("throttled"));
    table.giveBack = async ({ pollId }) => void asked.push(pollId);
    const first = copy(3, "c");
    await fence.claim(first, control());
    await fence.giveBack(first);
    expect(asked).toEqual([]);
    expect(fence.hasClaimed(first)).toBe(false);
    const message = "record held: the table refused its claim";
    const messageId = "message of c";
    expect(logged).toEqual([{ level: "ERROR", message, messageId, refusal: "throttled" }]);
  });

  it.each([
    [0, 30],
    [29, 30],
    [120, 120],
    [86_400, 300],
  ])(
    "when the table refuses the claim, holds a record that is %i s late for %i s",
    async (late, seconds) => {
      const { fence, control, table } = setUp();
      table.claim = () => Promise.reject(new TableRefusalError("throttled"));
      const dueAt = START - late * 1000;
      const attributes = { SentTimestamp: String(START - 1000) };
      const lateRecord = sqsRecord({
        body: { pollId: "p", sequence: 3, copyId: "c", dueAt },
        attributes,
      });
      expect(await fence.claim(lateRecord, control())).toEqual({
        ...held({ delaySeconds: seconds }),
        tableRefused: true,
      });
    },
  );

  it("limits the claims under way, and starts none after the batch has ended", async () => {
    const { fence, control, table } = setUp();
    const { claim } = table;
    const answers: (() => void)[] = [];
    table.claim = async (...asked) => {
      await new Promise<void>((answer) => answers.push(answer));
      return claim(...asked);
    };
    const abort = new AbortController();
    const batch = control(60_000, abort);
    const records = Array.from({ length: 1000 }, (_, nth) => record({ pollId: `p${nth}` }));
    const claiming = records.map((each) => fence.claim(each, batch));
    await new Promise(setImmediate);
    const started = answers.length;
    expect(started).toBeGreaterThan(10);
    expect(started).toBeLessThan(50);
    abort.abort();
    for (const answer of answers) answer();
    expect(await Promise.all(claiming)).toEqual(Array(1000).fill(held()));
    expect(answers).toHaveLength(started);
    expect(records.some(fence.hasClaimed)).toBe(false);
    await Promise.all(records.map((each) => fence.giveBack(each)));
    expect([...table.rows.values()].map(({ leaseUntil }) => leaseUntil)).toEqual(
      Array(started).fill(0),
    );
  });

  it("says when a lease ends that could not be given back", async () => {
    const { fence, control, table, advance } = setUp();
    const first = copy(3, "c");
    await fence.claim(first, control(60_000));
    table.giveBack = () => Promise.reject(new Error("throttled"));
    advance(2000);
    await expect(fence.giveBack(first)).rejects.toMatchObject({
      message: "its lease could not be given back; its lease ends in 60 s (Error: throttled)",
      retryAfterSeconds: 65,
    });
  });

  it("rejects a copy that the stack did not mark, so that no poll is lost", async () => {
    const { fence, control } = setUp();
    await fence.claim(record({ pollId: "p" }, "m1"), control());
    await expect(
      fence.claim(record({ pollId: "p", retryCount: 1 }, "m2"), control()),
    ).rejects.toThrow("give requeuePending next: nextPollMessage({ fence })");
  });
});

describe("invalid options", () => {
  it.each([
    [{ table: { claim: expect.unreachable }, clock: 7 }, "createFence: unknown option clock"],
    [{ tabel: {} }, "table must be a table of polls, made by dynamoDbTable; unknown option tabel"],
  ])("%j is refused when the fence is made", (options, problem) => {
    const make = () => Reflect.apply(createFence, undefined, [options]);
    expect(make).toThrow(TypeError);
    expect(make).toThrow(problem);
  });
});
