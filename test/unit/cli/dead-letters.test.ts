import { expect, it } from "vitest";
import { deadLetterWords } from "../../../infra/cli/status/dead-letter-words.ts";

it("the words for a dead letter end its reason before they say what to do", () => {
  const reason = "request.methd: is unknown: did you mean request.method?";
  expect(deadLetterWords("job-1", { status: "poison", reason }, "stack x").split("\n")).toEqual([
    "job-1 is a dead letter of stack x (poison):",
    reason,
    '"request-poller dead-letters ID --body" prints its message;',
    '"request-poller redrive --id ID --body FILE" sends it back repaired.',
  ]);
});
