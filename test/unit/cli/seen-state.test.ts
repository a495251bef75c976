import { describe, expect, it } from "vitest";
import { describeState, isOver, pollOf, stateAfter } from "../../../infra/cli/watch/seen-state.ts";
import { outcomeBody, recordOf } from "./outcome-record.ts";

const NOW = 1_900_000_000_000;

const message = (fields: object) =>
  recordOf({ pollId: "p", request: { url: "https://example.com/" }, ...fields });
const afterRequeue = (fields: object, retryAfterSeconds?: number) =>
  stateAfter({ kind: "requeued", record: message(fields), at: NOW }, retryAfterSeconds);

describe("after a requeue", () => {
  it("a poll waits for its delay, and its retry count is that of the request which was made", () => {
    expect(afterRequeue({ delaySeconds: 5, retryCount: 2 })).toEqual({
      kind: "waiting",
      retryCount: 2,
      nextPollAt: NOW + 5_000,
    });
  });

  it("backoff lengthens the wait, up to the most that jitter allows", () => {
    const fields = { delaySeconds: 2, retryCount: 3, backoff: { rate: 2, maxDelaySeconds: 60 } };
    expect(afterRequeue(fields)).toMatchObject({ nextPollAt: NOW + 16_000 });
  });

  it("Retry-After lengthens the wait and never shortens it", () => {
    expect(afterRequeue({ delaySeconds: 5 }, 9)).toMatchObject({ nextPollAt: NOW + 9_000 });
    expect(afterRequeue({ delaySeconds: 5 }, 1)).toMatchObject({ nextPollAt: NOW + 5_000 });
  });

  it("expiresAt shortens the wait", () => {
    const expiresAt = new Date(NOW + 3_000).toISOString();
    expect(afterRequeue({ delaySeconds: 30, expiresAt })).toMatchObject({
      nextPollAt: NOW + 3_000,
    });
  });

  it("a record that arrived before it was due uses no retry", () => {
    expect(afterRequeue({ retryCount: 4, notBefore: NOW + 100_000 })).toEqual({
      kind: "waiting",
      retryCount: 4,
      nextPollAt: NOW + 100_000,
    });
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
    expect(isOver(stateAfter({ kind: "rejected", record: message({}) }))).toBe(false);
  });

  it("a body that is not an outcome is refused", () => {
    expect(() => stateAfter({ kind: "outcome", body: '{"status":"done"}' })).toThrow();
  });
});

describe("describeState", () => {
  it("says what the poll is doing, how often it was requeued, and when it is polled next", () => {
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
    expect(pollOf({ kind: "requeued", record: message({}), at: NOW })).toBe("p");
    expect(pollOf({ kind: "outcome", body: outcomeBody({ pollId: "q" }) })).toBe("q");
    expect(pollOf({ kind: "dead letter", body: "not JSON", reason: "" })).toBeUndefined();
    expect(pollOf({ kind: "crashed", error: "" })).toBeUndefined();
  });
});
