import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PageRequest, pollPage, SORTS } from "../../../infra/console/polls/poll-page.ts";
import { samplePolls } from "../../browser/sample-polls.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const all: PageRequest = { states: [], sort: "changed", order: "desc", limit: 100 };

describe("pollPage", () => {
  it("gives every matching poll once, in order, whatever the size of a page", () => {
    const request = fc.record({
      sort: fc.constantFrom(...SORTS),
      order: fc.constantFrom("asc" as const, "desc" as const),
      limit: fc.integer({ min: 1, max: 60 }),
      count: fc.integer({ min: 0, max: 120 }),
    });
    fc.assert(
      fc.property(request, ({ count, ...order }) => {
        const polls = samplePolls(count, NOW, count);
        const whole = pollPage(polls, { ...all, ...order, limit: 1000 }, NOW).polls;
        const seen: string[] = [];
        let cursor: string | undefined;
        do {
          const page = pollPage(polls, { ...all, ...order, ...(cursor && { cursor }) }, NOW);
          seen.push(...page.polls.map(({ pollId }) => pollId));
          cursor = page.cursor;
        } while (cursor !== undefined);
        expect(seen).toEqual(whole.map(({ pollId }) => pollId));
        expect(new Set(seen).size).toBe(count);
      }),
      { numRuns: 60 },
    );
  });

  it("skips and repeats nothing when polls come and go between two pages", () => {
    const polls = samplePolls(50, NOW);
    const request: PageRequest = { ...all, sort: "id", order: "asc", limit: 20 };
    const first = pollPage(polls, request, NOW);
    const later = [
      ...polls.slice(5),
      ...samplePolls(1, NOW).map((poll) => ({ ...poll, pollId: "a" })),
    ];
    const second = pollPage(later, { ...request, cursor: first.cursor ?? "" }, NOW);
    expect(second.polls[0]?.pollId).toBe("job-00020");
  });

  it("begins again after a cursor that it did not write", () => {
    const polls = samplePolls(5, NOW);
    for (const cursor of ["x", "W10", Buffer.from('{"a":1}').toString("base64url")]) {
      expect(pollPage(polls, { ...all, cursor }, NOW).polls).toHaveLength(5);
    }
  });

  it("finds a part of the id, the host, what it waits for, or its last error, in any case", () => {
    const [poll] = samplePolls(1, NOW);
    if (poll === undefined) throw new Error("no poll");
    const special = {
      ...poll,
      pollId: "Order-7",
      origin: "https://shop.example",
      waitsFor: "its host asks for a pause",
      lastAnswer: { at: poll.startedAt, kind: "poll" as const, error: "ECONNREFUSED" },
    };
    const polls = [...samplePolls(20, NOW), special];
    for (const text of ["order-7", "SHOP.example", "asks for a PAUSE", "connrefused"]) {
      const found = pollPage(polls, { ...all, text }, NOW);
      expect(found.polls.map(({ pollId }) => pollId)).toContain("Order-7");
    }
    expect(pollPage(polls, { ...all, text: "order-7" }, NOW).total).toBe(1);
    expect(pollPage(polls, { ...all, host: "shop.example", text: "order-8" }, NOW).total).toBe(0);
  });

  it("counts the states that the filter hides too, and what is due within a minute", () => {
    const [poll] = samplePolls(1, NOW);
    if (poll === undefined) throw new Error("no poll");
    const due = (seconds: number) => ({
      ...poll,
      pollId: `due-${seconds}`,
      state: "waiting" as const,
      dueAt: new Date(NOW + seconds * 1000).toISOString(),
    });
    const { dueAt: _, ...ended } = { ...poll, state: "failed" as const, dueAt: "" };
    const page = pollPage([due(-5), due(59), due(61), ended], { ...all, states: ["failed"] }, NOW);
    expect(page).toMatchObject({ total: 1, counts: { waiting: 3, failed: 1 }, dueWithinMinute: 2 });
  });
});
