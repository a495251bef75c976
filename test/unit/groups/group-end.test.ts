import { describe, expect, it } from "vitest";
import { unpackOutcome } from "../../../lib/fence/packed-outcome.ts";
import { groupEnd, isComplete, memberStatusOf } from "../../../lib/groups/group-end.ts";
import type { MemberCounts } from "../../../lib/groups/group-table.ts";
import { isGroupKey } from "../../../lib/groups/group-writes.ts";

const NONE = { succeeded: 0, failed: 0, exhausted: 0, expired: 0, cancelled: 0 };
const row = (counts: Partial<MemberCounts>, size = 3) => ({
  size,
  counts: { ...NONE, ...counts },
  isSent: false,
  has: () => true,
});
const PARTS = { deliver: undefined, now: Date.UTC(2026, 0, 2), proof: "secret", copyId: "copy" };
const outcomeOf = (counts: Partial<MemberCounts>) =>
  JSON.parse(unpackOutcome(groupEnd("g-1", row(counts), PARTS).outcome) ?? "");

describe("a group", () => {
  it.each<[Partial<MemberCounts>, boolean]>([
    [{}, false],
    [{ succeeded: 2 }, false],
    [{ succeeded: 3 }, true],
    [{ failed: 1, exhausted: 1, cancelled: 1 }, true],
    [{ succeeded: 3, expired: 1 }, true],
  ])("of three, with %j, is complete: %s", (counts, isAll) => {
    expect(isComplete(row(counts))).toBe(isAll);
  });

  it("has succeeded if all that were counted have", () => {
    expect(outcomeOf({ succeeded: 3 })).toEqual({
      outcomeId: "group#g-1@2026-01-02T00:00:00.000Z",
      groupId: "g-1",
      status: "succeeded",
      size: 3,
      counts: { ...NONE, succeeded: 3 },
      finishedAt: "2026-01-02T00:00:00.000Z",
    });
    expect(outcomeOf({ succeeded: 4 }).status).toBe("succeeded");
  });

  it.each(["failed", "exhausted", "expired", "cancelled"])("has failed with one %s", (status) => {
    expect(outcomeOf({ succeeded: 2, [status]: 1 })).toMatchObject({
      status: "failed",
      counts: { succeeded: 2, [status]: 1 },
    });
  });

  it("is delivered by a message with the proof, which no sender can know", () => {
    const deliver = { taskToken: "token" };
    const end = groupEnd("g-1", row({ succeeded: 3 }), { ...PARTS, deliver });
    const message = JSON.parse(end.message);
    expect(message).toEqual({
      pollId: "group#g-1",
      sequence: 1,
      copyId: "copy",
      proof: "secret",
      deliver,
    });
    expect(isGroupKey(message.pollId)).toBe(true);
    expect(end.proof).toBe("secret");
  });

  it("counts an outcome of your own as a failure only where it says so", () => {
    expect(memberStatusOf({ status: "expired" })).toBe("expired");
    expect(memberStatusOf({ status: "finished" })).toBe("succeeded");
    expect(memberStatusOf({})).toBe("succeeded");
  });
});
