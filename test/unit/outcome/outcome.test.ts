import { describe, expect, it } from "vitest";
import { outcomeOf } from "../../../lib/outcome/outcome.ts";
import { endedBadly } from "../../../lib/outcome/outcome-status.ts";

const POLL = { pollId: "p", retryCount: 3, startedAt: Date.UTC(2026, 0, 1) };
const LATER = Date.UTC(2026, 0, 2);

describe("outcomeOf", () => {
  it("has the fields of the Outcome contract", () => {
    expect(outcomeOf({ ...POLL, context: null }, { status: "failed" }, LATER)).toEqual({
      outcomeId: "p@2026-01-01T00:00:00.000Z",
      pollId: "p",
      status: "failed",
      retryCount: 3,
      startedAt: "2026-01-01T00:00:00.000Z",
      finishedAt: "2026-01-02T00:00:00.000Z",
      context: null,
    });
  });

  it("has the same outcomeId whenever a poll is decided, and another one for another poll", () => {
    const idOf = (poll: typeof POLL, at: number) =>
      outcomeOf(poll, { status: "failed" }, at).outcomeId;
    expect(idOf({ ...POLL, retryCount: 9 }, LATER + 5)).toBe(idOf(POLL, LATER));
    expect(idOf({ ...POLL, pollId: "q" }, LATER)).not.toBe(idOf(POLL, LATER));
    expect(idOf({ ...POLL, startedAt: 0 }, LATER)).not.toBe(idOf(POLL, LATER));
  });
});

describe("endedBadly", () => {
  it.each([
    ["failed", true],
    ["exhausted", true],
    ["expired", true],
    ["succeeded", false],
    ["shipped", false],
    [undefined, false],
  ])("%s: %s", (status, expected) => expect(endedBadly({ status })).toBe(expected));
});
