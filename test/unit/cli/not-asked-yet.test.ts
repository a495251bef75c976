import { expect, it } from "vitest";
import { counted, NO_POLLS, notAskedYet } from "../../../infra/cli/polls/not-asked-yet.ts";
import type { PollState, PollStatus } from "../../../lib/client/index.ts";

const depths = { waiting: 2, delayed: 2, inFlight: 1, outcomes: 7, deadLetters: 7 };
const AT = "2030-01-01T00:00:00.000Z";
const poll = (state: PollState, more: Partial<PollStatus> = {}): PollStatus => ({
  ...{ pollId: "p", state, step: "poll", retryCount: 0, history: [], ...more },
  ...{ startedAt: AT, changedAt: AT },
});
const said = (polls: readonly PollStatus[], isLocal = true) =>
  notAskedYet(polls.reduce(counted, NO_POLLS), depths, isLocal);

it("counts the messages of polls that the table does not know", () => {
  expect(said([])).toBe("5 more in its queue, not asked yet");
  const states = ["waiting", "held", "asking", "failed"] as const;
  expect(said(states.map((state) => poll(state)))).toBe("2 more in its queue, not asked yet");
  expect(said(Array.from({ length: 5 }, () => poll("waiting")))).toBe("");
});

it("counts no message of an ended poll that waits for the delivery of its outcome", () => {
  const refused = poll("succeeded", { undelivered: { since: AT, attempts: 2 } });
  expect(said([refused])).toBe("4 more in its queue, not asked yet");
  const cancelled = poll("cancelled", { outcomeDueAt: AT });
  expect(said([cancelled])).toBe("about 4 more in its queue, not asked yet");
});

it("says that a count is not exact where SQS counts, or where a cancelled poll may still have a message", () => {
  expect(said([], false)).toBe("about 5 more in its queue, not asked yet");
  expect(said([poll("cancelled")])).toBe("about 5 more in its queue, not asked yet");
});
