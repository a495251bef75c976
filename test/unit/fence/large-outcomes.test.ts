import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { completed } from "../../../lib/batch/record-result.ts";
import type { OutcomeStore } from "../../../lib/outcome/outcome-store.ts";
import { record, START, setUp } from "./fence-set-up.ts";

const PLACE = { bucket: "large", key: "p" };
const LARGE = { status: "succeeded", result: randomBytes(400_000).toString("base64") };
const SMALL = { status: "succeeded", result: "small" };
const start = {
  startedAt: START,
  unknown: () => completed({ status: "failed", error: { name: "StartUnknownError" } }),
};

/** A fence with a store, which refuses while `isAway`, and a record that has claimed its start or its poll. */
async function claimed(kind: "start" | "request") {
  const wholes: string[] = [];
  const state = { isAway: false };
  const store: OutcomeStore = {
    async store(_outcome, json) {
      if (state.isAway) throw new Error("the store is away");
      wholes.push(json);
      return PLACE;
    },
  };
  const world = setUp({ store });
  const body = { pollId: "p", [kind]: { url: "https://a.example/jobs" } };
  const first = record(body);
  const asStart = kind === "start" ? start : undefined;
  await world.fence.claim(first, world.control(), asStart);
  if (kind === "start") world.fence.sending(first);
  const again = () => world.fence.claim(record(body), world.control(), asStart);
  return { ...world, first, again, wholes, state };
}

describe("a fence with a store for large outcomes", () => {
  it("stores one that does not fit into the row, and decides where it is", async () => {
    const { fence, first, again, wholes } = await claimed("request");
    const result = await fence.decide(first, completed(LARGE));
    expect(wholes).toEqual([JSON.stringify(LARGE)]);
    expect(result.outcome).toMatchObject({ stored: PLACE });
    const text = result.json ?? "";
    expect(JSON.parse(text)).toEqual({ status: "succeeded", stored: PLACE });
    expect(await again()).toMatchObject({ json: text });
  });

  it("stores one that the answer of a start made, too", async () => {
    const { fence, first, again, wholes } = await claimed("start");
    const result = await fence.keepAnswer(first, completed(LARGE));
    expect(wholes).toEqual([JSON.stringify(LARGE)]);
    expect(result).toMatchObject({ outcome: { stored: PLACE } });
    expect(await again()).toMatchObject({
      json: '{"status":"succeeded","stored":{"bucket":"large","key":"p"}}',
    });
  });

  it.each(["start", "request"] as const)("stores none that fits, of a %s", async (kind) => {
    const { fence, first, wholes } = await claimed(kind);
    await fence.keepAnswer(first, completed(SMALL));
    await fence.decide(first, completed(SMALL));
    expect(wholes).toEqual([]);
  });

  it("decides nothing while the store is away, and everything afterwards", async () => {
    const { fence, first, again, state } = await claimed("request");
    state.isAway = true;
    await expect(fence.decide(first, completed(LARGE))).rejects.toThrow("the store is away");
    state.isAway = false;
    await fence.decide(first, completed(LARGE));
    expect(await again()).toMatchObject({ outcome: { stored: PLACE } });
  });

  it("decides a shortened one when the answer of a start would be lost with its lease", async () => {
    const { fence, first, again, state } = await claimed("start");
    state.isAway = true;
    const undecided = completed(LARGE);
    expect(await fence.keepAnswer(first, undecided)).toBe(undecided);
    await fence.giveBack(first);
    expect(await again()).toMatchObject({ outcome: { status: "succeeded", truncated: true } });
  });
});
