import { expect, it } from "vitest";
import { notAskedYet } from "../../../infra/cli/polls/not-asked-yet.ts";

const depths = { waiting: 2, delayed: 2, inFlight: 1, outcomes: 7, deadLetters: 7 };

it("counts the messages of polls that the table does not know", () => {
  expect(notAskedYet([], depths, true)).toBe("5 more in its queue, not asked yet");
  expect(notAskedYet(["waiting", "held", "asking", "failed"], depths, true)).toBe(
    "2 more in its queue, not asked yet",
  );
  expect(notAskedYet(["waiting", "waiting", "waiting", "waiting", "asking"], depths, true)).toBe(
    "",
  );
});

it("says that a count is not exact where SQS counts, or where a cancelled poll may still have a message", () => {
  expect(notAskedYet([], depths, false)).toBe("about 5 more in its queue, not asked yet");
  expect(notAskedYet(["cancelled"], depths, true)).toBe("about 5 more in its queue, not asked yet");
});
