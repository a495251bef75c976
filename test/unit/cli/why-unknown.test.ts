import { describe, expect, it } from "vitest";
import { whyUnknown } from "../../../infra/cli/status/why-unknown.ts";
import type { DeadLetter } from "../../../lib/client/index.ts";

const letter: DeadLetter = {
  messageId: "m",
  body: "{}",
  pollId: "dead",
  status: "poison",
  reason: "request.url: is missing",
  sentAt: "2026-01-01T00:00:00.000Z",
  receiveCount: 1,
};
const stack = (isPaused: boolean | Error, letters: readonly DeadLetter[] | Error) => ({
  name: "the stack",
  client: {
    async isPaused() {
      if (isPaused instanceof Error) throw isPaused;
      return isPaused;
    },
    async *deadLetters() {
      if (letters instanceof Error) throw letters;
      yield* letters;
    },
  },
});
const DENIED = new Error("AccessDenied");

describe("why a poll is not known", () => {
  it("says that it is a dead letter, and why", async () => {
    expect(await whyUnknown("dead", stack(false, [letter]))).toContain("request.url: is missing");
  });

  it("says that the stack is paused", async () => {
    expect(await whyUnknown("new", stack(true, [letter]))).toContain("the stack is paused");
  });

  it("says that there is none, to somebody who may only read the table", async () => {
    expect(await whyUnknown("new", stack(DENIED, DENIED))).toMatch(/^no poll new in the stack\. /);
    expect(await whyUnknown("new", stack(true, DENIED))).toContain("the stack is paused");
  });
});
