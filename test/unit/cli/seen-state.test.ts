import { describe, expect, it } from "vitest";
import { describeState, isOver, pollOf, stateAfter } from "../../../infra/cli/watch/seen-state.ts";
import { outcomeBody, recordOf } from "./outcome-record.ts";

const NOW = 1_900_000_000_000;

const requeued = (fields: object) => ({
  kind: "requeued" as const,
  next: {
    body: JSON.stringify({ pollId: "p", request: { url: "https://example.com/" }, ...fields }),
    visibleAt: new Date(NOW + 2_000).toISOString(),
  },
});

describe("after a requeue", () => {
  it("a poll waits for its own retry, until it is due", () => {
    expect(stateAfter(requeued({ retryCount: 3, dueAt: NOW + 5_000 }))).toEqual({
      kind: "waiting",
      retryCount: 3,
      nextPollAt: NOW + 5_000,
    });
  });

  it("a poll that waits longer than SQS can delay is due after its hop", () => {
    const notBefore = NOW + 100_000;
    expect(stateAfter(requeued({ notBefore }))).toMatchObject({ nextPollAt: notBefore });
  });

  it("a message that says no time is due when it can be received", () => {
    expect(stateAfter(requeued({}))).toMatchObject({ retryCount: 0, nextPollAt: NOW + 2_000 });
  });
});

describe("after the poll has ended", () => {
  it("its state does not change", () => {
    const ended = stateAfter({ kind: "outcome", body: outcomeBody({ status: "failed" }) });
    const dead = stateAfter({
      kind: "dead letter",
      body: "{}",
      reason: "request.ulr: unknown field",
    });
    expect([ended, dead].map(isOver)).toEqual([true, true]);
    expect(isOver({ kind: "queued" })).toBe(false);
    expect(isOver(stateAfter({ kind: "rejected", record: recordOf({}) }))).toBe(false);
  });

  it("a body that is not an outcome is refused", () => {
    expect(() => stateAfter({ kind: "outcome", body: '{"status":"done"}' })).toThrow();
  });
});

describe("describeState", () => {
  it("says what the poll is doing, which retry it waits for, and when that comes", () => {
    const waiting = { kind: "waiting", retryCount: 3, nextPollAt: NOW + 4_200 } as const;
    expect(describeState(waiting, NOW)).toEqual(["waiting", "retry 3", "next poll in 5 s"]);
    expect(describeState(waiting, NOW + 5_000)).toEqual(["waiting", "retry 3", "next poll is due"]);
  });

  it("names how the poll ended", () => {
    const ended = stateAfter({
      kind: "outcome",
      body: outcomeBody({ status: "exhausted", retryCount: 4 }),
    });
    expect(describeState(ended, NOW)).toEqual(["exhausted", "retry 4", ""]);
    expect(describeState({ kind: "dead letter", reason: "x" }, NOW)[0]).toBe("dead letter");
  });
});

describe("pollOf", () => {
  it("finds the poll that an event is about", () => {
    expect(pollOf(requeued({}))).toBe("p");
    expect(pollOf({ kind: "rejected", record: recordOf({ pollId: "r" }) })).toBe("r");
    expect(pollOf({ kind: "outcome", body: outcomeBody({ pollId: "q" }) })).toBe("q");
    expect(pollOf({ kind: "dead letter", body: "not JSON", reason: "" })).toBeUndefined();
    expect(pollOf({ kind: "crashed", error: "" })).toBeUndefined();
  });
});
