import { describe, expect, it } from "vitest";
import {
  clockWords,
  durationWords,
  latencyWords,
  ordinal,
} from "../../../infra/console/page/words/durations.ts";
import { stepSentence } from "../../../infra/console/page/words/steps.ts";
import { hostOf, retryWords, waitingWords } from "../../../infra/console/page/words/waiting.ts";
import { waitWords } from "../../../lib/polls/wait-words.ts";
import { aPoll, at, NOW } from "./a-poll.ts";

describe("the words of what a poll waits for", () => {
  it.each([
    ["next poll in 14 s", {}],
    ["next poll in 14 s", { waitsFor: waitWords(undefined, 20) }],
    ["next poll in 14 s: Retry-After 20", { waitsFor: waitWords("retry-after", 20) }],
    ["its result is fetched in 14 s", { step: "result" }],
    ["next poll overdue by 1 min 30 s: backoff", { dueAt: at(-90), waitsFor: "backoff" }],
    ["next poll now: backoff", { dueAt: at(-9), waitsFor: "backoff" }],
    [
      "next poll in 14 s: backoff after 500",
      { waitsFor: "backoff", lastAnswer: { at: at(-6), kind: "poll", status: 500 } },
    ],
    [
      "next poll in 14 s: backoff after TimeoutError",
      { waitsFor: "backoff", lastAnswer: { at: at(-6), kind: "poll", error: "TimeoutError" } },
    ],
    [
      "next poll in 14 s: backoff",
      { waitsFor: "backoff", lastAnswer: { at: at(-6), kind: "poll", status: 202 } },
    ],
    [
      "3rd attempt to deliver order-9 in 14 s: backoff",
      { delivers: "order-9", retryCount: 2, waitsFor: "backoff" },
    ],
    [
      "delivering order-9, 1st attempt, 6 s so far",
      { delivers: "order-9", retryCount: 0, state: "asking" },
    ],
    ["delivered order-9 6 s ago", { delivers: "order-9", state: "succeeded" }],
    ["delivered an outcome 6 s ago", { delivers: "", state: "succeeded" }],
    [
      "next poll in 14 s: its host asks for a pause",
      { state: "held", waitsFor: waitWords("host-pause", 20) },
    ],
  ])("says %s", (words, changes) => {
    expect(waitingWords(aPoll(changes), NOW)).toBe(words);
  });

  it("says for how long an answer is awaited", () => {
    const { dueAt: _, ...asked } = aPoll({ state: "asking", changedAt: at(-9) });
    expect(waitingWords(asked, NOW)).toBe("waiting for its answer, 9 s so far");
  });

  it("says why a poll failed, not why it waited before", () => {
    const last = { at: at(-6), kind: "poll", status: 410 };
    const failed = { state: "failed", lastAnswer: { ...last, reason: "HTTP 410" } };
    expect(waitingWords(aPoll(failed), NOW)).toBe("HTTP 410, took 54 s");
    const exhausted = {
      state: "exhausted",
      lastAnswer: { ...last, status: 202, waitSeconds: 20, reason: "Retry-After 20" },
    };
    expect(waitingWords(aPoll(exhausted), NOW)).toBe("last answer 202, took 54 s");
    const said = { ...failed, waitsFor: "until.failure matched" };
    expect(waitingWords(aPoll(said), NOW)).toBe("until.failure matched, took 54 s");
  });

  it("says when a poll ended that was wanted", () => {
    expect(waitingWords(aPoll({ state: "succeeded" }), NOW)).toBe("ended 6 s ago, took 54 s");
    const cancelled = aPoll({ state: "cancelled" });
    expect(waitingWords(cancelled, NOW)).toBe("cancelled 6 s ago, took 54 s");
    expect(waitingWords({ ...cancelled, outcomeDueAt: at(14) }, NOW)).toBe(
      "cancelled 6 s ago, took 54 s; its outcome comes in 14 s",
    );
    expect(waitingWords({ ...cancelled, outcomeDueAt: at(-1) }, NOW)).toBe(
      "cancelled 6 s ago, took 54 s",
    );
  });

  it("says that an outcome is not delivered yet, and which attempt is made", () => {
    const undelivered = { since: at(-3), attempts: 1 };
    expect(waitingWords(aPoll({ state: "succeeded", undelivered }), NOW)).toBe(
      "delivering its outcome, 2nd attempt",
    );
  });
});

describe("words of numbers", () => {
  it("say a time in UTC, and its date on another day", () => {
    expect(clockWords("2026-11-27T09:05:07.999Z", NOW)).toBe("09:05:07");
    expect(clockWords("2026-11-26T23:05:07.000Z", NOW)).toBe("2026-11-26 23:05:07");
  });

  it("keep two units of a duration", () => {
    const seconds = [0, 0.4, 59, 60, 151, 3600, 3659, 90_000, 86_400 * 3];
    expect(seconds.map(durationWords)).toEqual([
      "0 s",
      "0 s",
      "59 s",
      "1 min",
      "2 min 31 s",
      "1 h",
      "1 h",
      "1 d 1 h",
      "3 d",
    ]);
  });

  it("keep a latency short", () => {
    expect([3, 999, 1000, 2449, 31_000].map(latencyWords)).toEqual([
      "3 ms",
      "999 ms",
      "1 s",
      "2.4 s",
      "31 s",
    ]);
  });

  it("end ordinals as English does", () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal)).toEqual(
      "1st 2nd 3rd 4th 11th 12th 13th 21st 112th".split(" "),
    );
  });

  it("leave out what says nothing", () => {
    expect(hostOf("https://api.example:8443")).toBe("api.example:8443");
    expect(hostOf("http://api.example")).toBe("http://api.example");
    const { maxRetries: _, ...endless } = aPoll();
    expect([retryWords(aPoll()), retryWords(endless)]).toEqual(["3 of 200", "3"]);
  });

  it("say all of a step in one sentence", () => {
    const step = { at: at(0), kind: "poll", status: 503, latencyMs: 34, waitSeconds: 20 };
    expect(stepSentence({ ...step, reason: "Retry-After 20" })).toBe(
      "poll: 503 in 34 ms, then a wait of 20 s (Retry-After 20)",
    );
    expect(stepSentence({ at: at(0), kind: "start", error: "TimeoutError" })).toBe(
      "start of the job: no answer: TimeoutError",
    );
  });
});
