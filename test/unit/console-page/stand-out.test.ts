import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findStandOuts } from "../../../infra/console/page/words/stand-out.ts";
import { aPoll, at, NOW } from "./a-poll.ts";

const MANY = Array.from({ length: 1999 }, (_, index) =>
  aPoll({ pollId: `same-${index}`, retryCount: index % 9, startedAt: at(-60 - (index % 100)) }),
);

describe("what stands out among 2,000 polls", () => {
  it("is nothing while all do the same", () => {
    expect(findStandOuts(MANY, NOW)).toEqual([]);
  });

  it.each([
    ["failed", { state: "failed", lastAnswer: { at: at(-1), kind: "poll", status: 410 } }],
    ["expired", { state: "expired" }],
    ["late", { dueAt: at(-600) }],
    ["asked for minutes", { state: "asking", dueAt: undefined, changedAt: at(-600) }],
    ["a far longer wait", { dueAt: at(3000) }],
    ["far more retries", { retryCount: 150 }],
    ["far older", { startedAt: at(-86_400) }],
    ["a rare refusal", { lastAnswer: { at: at(-1), kind: "poll", status: 401 } }],
    ["no delivery", { state: "succeeded", undelivered: { since: at(-9), attempts: 3 } }],
  ])("is the only one: %s", (_, changes) => {
    const { dueAt, ...rest } = changes as { dueAt?: string };
    const odd = { ...aPoll({ pollId: "odd", ...rest }), ...(dueAt !== undefined && { dueAt }) };
    if ("dueAt" in changes && dueAt === undefined) delete odd.dueAt;
    const found = findStandOuts(MANY.toSpliced(700, 0, odd), NOW);
    expect(found.map(({ pollIds }) => pollIds)).toEqual([["odd"]]);
  });

  it("is said once for all polls that failed alike, and the rarest end comes first", () => {
    const failed = (pollId: string, status: number) =>
      aPoll({ pollId, state: "failed", lastAnswer: { at: at(-1), kind: "poll", status } });
    const polls = [failed("a", 500), failed("b", 500), failed("c", 410), ...MANY];
    const found = findStandOuts(polls, NOW);
    expect(found.map(({ text, pollIds }) => [text, pollIds.toSorted()])).toEqual([
      ["1 poll failed: last answer 410 at api.example", ["c"]],
      ["2 polls failed: last answer 500 at api.example", ["a", "b"]],
    ]);
  });

  it("is a poll that will soon have used all retries: its expressions may never match", () => {
    const polls = [
      aPoll({ pollId: "in-time", retryCount: 30, maxRetries: 60 }),
      aPoll({ pollId: "never", retryCount: 45, maxRetries: 60 }),
      aPoll({ pollId: "few", retryCount: 3, maxRetries: 3 }),
    ];
    expect(findStandOuts(polls, NOW)).toMatchObject([
      { text: "1 poll not done after 45 of 60 retries at api.example", pollIds: ["never"] },
    ]);
  });

  it("is a poll with far more retries than those of its host that succeeded", () => {
    const done = (index: number) =>
      aPoll({ pollId: `done-${index}`, state: "succeeded", retryCount: 2 });
    const polls = [...Array.from({ length: 8 }, (_, index) => done(index))];
    const alone = aPoll({ pollId: "alone", retryCount: 12 });
    expect(findStandOuts([...polls, alone], NOW)).toMatchObject([
      { text: "1 poll with far more retries than others, 12, at api.example", pollIds: ["alone"] },
    ]);
    expect(findStandOuts([...polls, { ...alone, retryCount: 9 }], NOW)).toEqual([]);
  });

  it("is a webhook that refuses an outcome", () => {
    const lastAnswer = { at: at(-6), kind: "delivery", status: 403 };
    const hook = { delivers: "order-9", origin: "https://hooks.example" };
    const polls = [aPoll({ ...hook, lastAnswer }), aPoll({ ...hook, pollId: "fresh" })];
    const [found, ...more] = findStandOuts(polls, NOW);
    expect(found?.text).toBe("1 poll cannot deliver an outcome: 403 at hooks.example");
    expect(more).toEqual([]);
  });

  it("is said with the words of the oddest", () => {
    const polls = [aPoll({ pollId: "a", dueAt: at(-90) }), aPoll({ pollId: "b", dueAt: at(-900) })];
    expect(findStandOuts(polls, NOW)).toMatchObject([
      { text: "2 polls late by up to 15 min at api.example", pollIds: ["b", "a"] },
    ]);
  });

  it("never names a poll twice", () => {
    const states = ["waiting", "held", "asking", "failed", "expired", "succeeded"];
    const poll = fc.record({
      state: fc.constantFrom(...states),
      retryCount: fc.nat(500),
      due: fc.integer({ min: -5000, max: 5000 }),
      status: fc.constantFrom(200, 202, 401, 429, 500),
    });
    fc.assert(
      fc.property(fc.array(poll, { maxLength: 60 }), (drawn) => {
        const polls = drawn.map(({ state, retryCount, due, status }, index) =>
          aPoll({
            pollId: `p-${index}`,
            state,
            retryCount,
            dueAt: at(due),
            lastAnswer: { at: at(-1), kind: "poll", status },
          }),
        );
        const named = findStandOuts(polls, NOW).flatMap(({ pollIds }) => pollIds);
        expect(new Set(named).size).toBe(named.length);
      }),
      { numRuns: 50 },
    );
  });
});
