import { describe, expect, it } from "vitest";
import { completed, isPoison, isRetryLater } from "../../../lib/batch/record-result.ts";
import { isCheckpoint } from "../../../lib/fence/checkpoint.ts";
import { undelivered } from "../../../lib/poll/message/deliver-schema.ts";
import { sqsRecord } from "../../kit/records.ts";
import { copy, record, setUp } from "./fence-set-up.ts";

const IS_NOT = { isSubmission: false, isRedelivered: false, isUndelivered: false, isNudged: false };
const HOP = { ...IS_NOT, proof: "proof" };

describe("isCheckpoint", () => {
  it.each([
    [{ sequence: 2 }, 10, false],
    [{ sequence: 9 }, 10, false],
    [{ sequence: 10 }, 10, true],
    [{ sequence: 20 }, 10, true],
    [{ sequence: 21 }, 10, false],
    [{ sequence: 1 }, 10, true],
    [{ sequence: 2 }, 1, true],
    [{ sequence: 2, isRedelivered: true }, 10, true],
    [{ sequence: 2, isUndelivered: true }, 10, true],
    [{ sequence: 2, isNudged: true }, 10, true],
    [{ sequence: 2, proof: undefined }, 10, true],
    [{ sequence: 0, isSubmission: true }, 10, true],
  ])("%j, every %i: %s", (of, every, is) => {
    const { proof, ...hop } = { ...HOP, ...of };
    expect(isCheckpoint(proof === undefined ? hop : { ...hop, proof }, every)).toBe(is);
  });
});

describe("a fence with checkpoints", () => {
  const OUTCOME = completed({ pollId: "p", status: "succeeded" });
  const redelivered = (sequence: number, copyId: string) => {
    const { messageId, body } = copy(sequence, copyId);
    return sqsRecord({ messageId, body, attributes: { ApproximateReceiveCount: "2" } });
  };

  async function started() {
    const world = setUp({ checkpointEvery: 10 });
    const claim = (of: Parameters<typeof world.fence.claim>[0]) =>
      world.fence.claim(of, world.control());
    await claim(record({ pollId: "p", request: {} }, "m0"));
    await claim(copy(1, "a"));
    return { ...world, claim, seen: () => world.table.rows.get("p")?.seen };
  }

  it("lets a poll go on without a write until its next checkpoint", async () => {
    const { claim, fence, seen } = await started();
    for (let sequence = 2; sequence < 10; sequence++) {
      const hop = copy(sequence, "b");
      expect(await claim(hop)).toBeUndefined();
      expect(fence.successorOf(hop, "pending")).toEqual({
        pollId: "p",
        sequence: sequence + 1,
        proof: "proof",
      });
    }
    expect(seen()).toBe(1);
    await claim(copy(10, "b"));
    expect(seen()).toBe(10);
  });

  it("drops all but one of the copies at a checkpoint", async () => {
    const { claim, logged } = await started();
    expect(await claim(copy(10, "b"))).toBeUndefined();
    expect(await claim(copy(10, "c"))).toEqual(completed());
    expect(logged).toMatchObject([{ message: "record dropped", goesOn: "copy" }]);
  });

  it("drops a message that SQS delivers again when its successor has passed a checkpoint", async () => {
    const { claim } = await started();
    await claim(copy(10, "b"));
    expect(await claim(redelivered(9, "a"))).toEqual(completed());
    expect(await claim(copy(9, "a"))).toBeUndefined();
  });

  it("claims a message that SQS delivers again, and lets it go on", async () => {
    const { claim, seen } = await started();
    expect(await claim(redelivered(5, "b"))).toBeUndefined();
    expect(seen()).toBe(5);
  });

  it("claims each start", async () => {
    const { fence, control, seen } = await started();
    await fence.claim(copy(2, "b"), control(), { startedAt: 0, unknown: () => OUTCOME });
    expect(seen()).toBe(2);
  });

  it("goes on from a start at a checkpoint, so that the start that comes again is known to be over", async () => {
    const { claim, fence, control, advance } = await started();
    const once = { startedAt: 0, unknown: () => OUTCOME };
    const start = copy(2, "b");
    await fence.claim(start, control(), once);
    expect(fence.successorOf(start, "pending")).toMatchObject({ sequence: 10 });
    await claim(copy(10, "c"));
    advance(62_000);
    expect(await fence.claim(copy(2, "b"), control(), once)).toEqual(completed());
  });

  it("decides the outcome in one write, once for all copies", async () => {
    const { claim, fence, table } = await started();
    const [first, later, stale] = [copy(4, "b"), copy(5, "c"), copy(3, "d")];
    for (const hop of [first, later, stale]) await claim(hop);
    const other = completed({ pollId: "p", status: "failed" });
    const { json } = await fence.decide(first, OUTCOME);
    expect(JSON.parse(json ?? "")).toEqual(OUTCOME.outcome);
    expect(table.rows.get("p")).toMatchObject({ seen: 4, owner: "b" });
    expect((await fence.decide(later, other)).json).toBe(json);
    expect(await fence.decide(stale, other)).toEqual(completed());
  });

  it("delivers the outcome when it was decided and the answer was lost", async () => {
    const { claim, fence } = await started();
    const hop = copy(4, "b");
    await claim(hop);
    await fence.decide(hop, OUTCOME);
    expect(await claim(redelivered(4, "b"))).toMatchObject({ outcome: OUTCOME.outcome });
  });

  it("gives a message that is still to deliver the outcome", async () => {
    const { claim, fence } = await started();
    const hop = copy(4, "b");
    await claim(hop);
    await fence.decide(hop, OUTCOME);
    const again = copy(4, "b", { undelivered: {} });
    expect(await claim(again)).toMatchObject({ outcome: OUTCOME.outcome });
  });

  it("says in whole milliseconds since when it is undelivered, whatever its clock says", async () => {
    const { claim, fence, advance } = await started();
    const hop = copy(4, "b");
    await claim(hop);
    await fence.decide(hop, OUTCOME);
    advance(0.25);
    const { undelivered: said } = { undelivered: undefined, ...fence.successorOf(hop, "held") };
    expect(said).toEqual(undelivered.parse(said));
  });

  it("lets a record come back as the same copy, which must claim, while its end is being written", async () => {
    const { claim, fence, table, seen } = await started();
    const hop = copy(10, "b");
    await claim(hop);
    const { promise: written, resolve: write } = Promise.withResolvers<void>();
    const { decide } = table;
    table.decide = async (...call) => {
      await written;
      return decide(...call);
    };
    const deciding = fence.decide(hop, OUTCOME);
    expect(fence.successorOf(hop, "held")).toHaveProperty("undelivered");
    expect(fence.hasClaimed(hop), "so that its lease is given back").toBe(false);
    await fence.giveBack(hop);
    write();
    await deciding;
    expect(seen()).toBe(10);
    const again = copy(10, "b", { undelivered: {} });
    expect(await claim(again)).toMatchObject({ outcome: OUTCOME.outcome });
  });

  it("decides although another delivery of the same copy has a lease", async () => {
    const { claim, fence } = await started();
    const hop = copy(4, "b");
    await claim(hop);
    await claim(redelivered(4, "b"));
    expect(await fence.decide(hop, OUTCOME)).toMatchObject({ outcome: OUTCOME.outcome });
  });

  it("gives a message without the proof no outcome", async () => {
    const { claim, fence, table } = await started();
    const forged = copy(4, "b", { proof: "forged" });
    await claim(forged);
    const rejection = await fence.decide(forged, OUTCOME).catch((error: unknown) => error);
    expect(isPoison(rejection)).toBe(true);
    expect(table.rows.get("p")).not.toHaveProperty("outcome");
  });

  it("rejects a record whose decision fails, and gives back no lease that it does not have", async () => {
    const { claim, fence, table } = await started();
    const hop = copy(4, "b");
    await claim(hop);
    table.claimAndDecide = () => Promise.reject(new Error("no answer"));
    await expect(fence.decide(hop, OUTCOME)).rejects.toThrow("no answer");
    await expect(fence.giveBack(hop)).resolves.toBeUndefined();
  });

  it("lets a second delivery wait until the first one must have passed a checkpoint", async () => {
    const { claim } = await started();
    await claim(copy(10, "b", { delaySeconds: 20 }));
    const second = await claim(copy(10, "b", { delaySeconds: 20 })).catch((error) => error);
    // A lease of 60 s and a margin of 2, 5 s more, and nine delays of 20 s.
    expect(isRetryLater(second) && second.retryAfterSeconds).toBe(247);
  });
});

it.each([0, 1.5, -1])("refuses %j as checkpointEvery", (checkpointEvery) => {
  expect(() => setUp({ checkpointEvery })).toThrow("checkpointEvery");
});
