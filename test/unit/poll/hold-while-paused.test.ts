import { describe, expect, it } from "vitest";
import { held } from "../../../lib/batch/record-result.ts";
import { holdWhilePaused } from "../../../lib/poll/before-request.ts";
import { pollMessage } from "../../support/poll-message.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const poll = (fields: object = {}) => ({
  message: pollMessage(fields),
  pollId: "p",
  startedAt: NOW,
});

describe("holdWhilePaused", () => {
  it("does not hold a poll when its host asked for no pause", () => {
    expect(holdWhilePaused(poll(), undefined, NOW)).toBeUndefined();
  });

  it("holds a poll until the pause is over, however long it is", () => {
    expect(holdWhilePaused(poll(), NOW + 1500, NOW)).toEqual({
      ...held({ delaySeconds: 1.5 }),
      waitReason: "host-pause",
    });
    expect(holdWhilePaused(poll(), NOW + 43_200_000, NOW)).toEqual({
      ...held({ delaySeconds: 43_200 }),
      waitReason: "host-pause",
    });
  });

  it("never holds a poll past its expiresAt", () => {
    const expiring = poll({ expiresAt: "2026-01-01T00:00:10Z" });
    expect(holdWhilePaused(expiring, NOW + 60_000, NOW)).toEqual({
      ...held({ delaySeconds: 10 }),
      waitReason: "host-pause",
    });
    expect(holdWhilePaused(expiring, NOW + 5000, NOW)).toEqual({
      ...held({ delaySeconds: 5 }),
      waitReason: "host-pause",
    });
  });
});
