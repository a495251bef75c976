import { describe, expect, it } from "vitest";
import { completed, pending } from "../../../lib/batch/record-result.ts";
import { nextPollMessage } from "../../../lib/poll/message/next.ts";
import { record, START, setUp } from "./fence-set-up.ts";

const START_BODY = { pollId: "p", start: { url: "https://a.example/jobs" } };
const POLL_BODY = { pollId: "p", request: { url: "https://a.example/jobs/1" } };
const UNKNOWN = completed({ status: "failed", error: { name: "StartUnknownError" } });
const once = { startedAt: START - 5000, unknown: () => UNKNOWN };

/** A fence and a record whose start is claimed; `again` is the same message, received once more. */
async function claimed() {
  const world = setUp();
  const first = record(START_BODY);
  expect(await world.fence.claim(first, world.control(), once)).toBeUndefined();
  return { ...world, first, again: () => record(START_BODY) };
}

describe("a fence, for a start that must be made at most once", () => {
  it("lets it be made by the first claim only: the answer of a second one is unknown", async () => {
    const { fence, control, first, again, advance } = await claimed();
    fence.sending(first);
    advance(62_000);
    const second = again();
    expect(await fence.claim(second, control(), once)).toEqual(UNKNOWN);
    expect(fence.hasClaimed(second)).toBe(true);
    expect((await fence.decide(second, UNKNOWN)).outcome).toEqual(UNKNOWN.outcome);
    const third = await fence.claim(again(), control(), once);
    expect(third).toMatchObject({ kind: "completed", outcome: UNKNOWN.outcome });
  });

  it("sends the message that came next once more, with its own sequence, delay and start time", async () => {
    const { fence, control, first, again, advance } = await claimed();
    fence.sending(first);
    const next = pending({ delaySeconds: 100, body: POLL_BODY });
    expect(await fence.keepAnswer(first, next)).toEqual(next);
    advance(70_000);
    const second = again();
    const result = await fence.claim(second, control(), once);
    expect(result).toEqual(pending({ delaySeconds: 30, body: POLL_BODY }));
    const body = nextPollMessage({ fence, newCopyId: () => "c" })(POLL_BODY, {
      record: second,
      kind: "pending",
      dueAt: START + 100_000,
    });
    expect(body).toMatchObject({ ...POLL_BODY, sequence: 1, copyId: "c", proof: "proof" });
  });

  it("stores the end that the start's answer made, at once", async () => {
    const { fence, control, first, again } = await claimed();
    fence.sending(first);
    const done = await fence.keepAnswer(first, completed({ status: "succeeded" }));
    expect(done).toMatchObject({ json: '{"status":"succeeded"}' });
    expect(fence.hasClaimed(first)).toBe(false);
    expect(await fence.claim(again(), control(), once)).toMatchObject({
      json: '{"status":"succeeded"}',
    });
  });

  it("does not decide that a start is unknown when its poll goes on meanwhile", async () => {
    const { fence, control, first, again, advance, table } = await claimed();
    fence.sending(first);
    table.keepNext = () => Promise.reject(new Error("throttled"));
    await fence.keepAnswer(first, pending({ body: POLL_BODY }));
    advance(62_000);
    const second = again();
    expect(await fence.claim(second, control(), once)).toEqual(UNKNOWN);
    const poll = record({ ...POLL_BODY, sequence: 1, copyId: "c", proof: "proof" }, "m2");
    expect(await fence.claim(poll, control())).toBeUndefined();
    await expect(fence.decide(second, UNKNOWN)).rejects.toThrow("it went on");
    expect(table.rows.get("p")?.outcome).toBeUndefined();
  });

  it.each([
    ["was requeued", "keepLease"],
    ["failed to be requeued", "giveBack"],
  ] as const)(
    "writes what comes next once more after its record %s, when the table had refused it",
    async (_what, how) => {
      const { fence, control, first, again, advance, table, logged } = await claimed();
      fence.sending(first);
      const { keepNext } = table;
      table.keepNext = () => Promise.reject(new Error("throttled"));
      await fence.keepAnswer(first, pending({ body: POLL_BODY }));
      const message = "what comes after the start was not kept";
      expect(logged).toEqual([{ level: "WARN", message, messageId: "m1", refusal: "throttled" }]);
      table.keepNext = keepNext;
      await (how === "giveBack" ? fence.giveBack(first) : fence.keepLease(first, pending()));
      advance(62_000);
      expect(await fence.claim(again(), control(), once)).toMatchObject({ body: POLL_BODY });
    },
  );

  it("writes what comes next once, and nothing for a poll without a start", async () => {
    const { fence, control, first, table } = await claimed();
    let writes = 0;
    const { keepNext } = table;
    table.keepNext = (...args) => {
      writes++;
      return keepNext(...args);
    };
    await fence.keepAnswer(first, pending({ body: POLL_BODY }));
    await fence.keepLease(first, pending());
    expect(writes).toBe(1);
    const poll = record({ ...POLL_BODY, pollId: "q" });
    await fence.claim(poll, control());
    fence.sending(poll);
    const next = pending();
    expect(await fence.keepAnswer(poll, next)).toBe(next);
    await fence.keepLease(poll, pending());
    expect(writes).toBe(1);
    expect(table.rows.get("q")).not.toHaveProperty("startClaimId");
  });

  it.each([
    ["was not sent", false],
    ["was sent", true],
  ])(
    "requeues a record that was held at the batch's end only when its start %s",
    async (_what, wasSent) => {
      const { fence, first, again: second, control } = await claimed();
      if (wasSent) fence.sending(first);
      const successor = () => fence.successorOf(first, "held");
      if (wasSent) expect(successor).toThrow("its start was under way");
      else expect(successor()).toMatchObject({ pollId: "p", sequence: 1, proof: "proof" });
      await fence.giveBack(first);
      const result = await fence.claim(second(), control(), once);
      const again = { ...pending({ body: START_BODY }), usesNoRetry: true };
      expect(result).toEqual(wasSent ? UNKNOWN : again);
    },
  );

  it("does not send the start again when the batch ended after its answer", async () => {
    const { fence, first } = await claimed();
    fence.sending(first);
    await fence.keepAnswer(first, pending({ body: POLL_BODY }));
    expect(() => fence.successorOf(first, "held")).toThrow("its start was under way");
    expect(fence.successorOf(first, "pending")).toMatchObject({ sequence: 1 });
  });

  it("lets the next message start when it says that nothing was started", async () => {
    const { fence, control, first, table } = await claimed();
    fence.sending(first);
    await fence.keepAnswer(first, pending({ delaySeconds: 5, body: START_BODY }));
    const next = record({ ...START_BODY, sequence: 1, copyId: "c", proof: "proof" }, "m2");
    expect(await fence.claim(next, control(), once)).toBeUndefined();
    expect(table.rows.get("p")).not.toHaveProperty("next");
  });

  it("keeps the start time of the first submission, for a start that may be repeated as well", async () => {
    const { fence, control, table } = setUp();
    const [first, second] = [record(START_BODY, "m1"), record(START_BODY, "redriven")];
    expect(await fence.claim(first, control(), { startedAt: 1000 })).toBeUndefined();
    expect(fence.startedAtOf(first)).toBe(1000);
    await fence.giveBack(first);
    expect(await fence.claim(second, control(), { startedAt: 9000 })).toBeUndefined();
    expect(fence.startedAtOf(second)).toBe(1000);
    expect(fence.successorOf(second, "pending")).toMatchObject({ startedAt: 1000 });
    expect(table.rows.get("p")).not.toHaveProperty("startClaimId");
    const poll = record({ ...POLL_BODY, pollId: "q" });
    await fence.claim(poll, control());
    expect(fence.startedAtOf(poll)).toBeUndefined();
  });

  it("counts the delay from the start's answer, and keeps it when the batch ends meanwhile", async () => {
    const { fence, first, advance, table, control, again } = await claimed();
    fence.sending(first);
    const { keepNext } = table;
    table.keepNext = async (...args) => {
      advance(2000);
      return keepNext(...args);
    };
    const busy = pending({ delaySeconds: 5, body: START_BODY });
    expect(await fence.keepAnswer(first, busy)).toEqual({ ...busy, delaySeconds: 3 });
    expect(() => fence.successorOf(first, "held")).toThrow("its start was under way");
    await fence.giveBack(first);
    expect(await fence.claim(again(), control(), once)).toEqual({ ...busy, delaySeconds: 3 });
  });
});
