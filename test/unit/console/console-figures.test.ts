import { describe, expect, it } from "vitest";
import { hostFigures } from "../../../infra/console/polls/host-figures.ts";
import { costText, refreshPace } from "../../../infra/console/polls/refresh-pace.ts";
import { samplePolls } from "../../browser/sample-polls.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");

describe("hostFigures", () => {
  it("counts each answer of each poll under its host, and requests without an answer as errors", () => {
    const [poll] = samplePolls(1, NOW);
    if (poll === undefined) throw new Error("no poll");
    const at = (second: number) => new Date(NOW + second * 1000).toISOString();
    const history = [
      { at: at(0), kind: "start" as const, status: 202, latencyMs: 10 },
      { at: at(5), kind: "held" as const, waitSeconds: 5 },
      { at: at(10), kind: "poll" as const, error: "ECONNRESET", latencyMs: 30 },
      { at: at(20), kind: "poll" as const, status: 200, latencyMs: 20 },
    ];
    const common = { ...poll, origin: "https://a.example", startedAt: at(0), changedAt: at(20) };
    const figures = hostFigures([
      { ...common, pollId: "1", state: "succeeded", history },
      { ...common, pollId: "2", state: "exhausted", history: [] },
      { ...common, pollId: "3", state: "waiting", history: [] },
      { ...common, pollId: "4", state: "cancelled", history: [] },
      { ...common, pollId: "5", origin: "https://b.example", state: "failed", history: [] },
    ]);
    expect(figures).toEqual([
      {
        host: "https://a.example",
        polls: 4,
        succeeded: 1,
        failed: 1,
        latencies: [10, 30, 20],
        statuses: { 202: 1, error: 1, 200: 1 },
        outcomeSeconds: [20, 20],
      },
      expect.objectContaining({ host: "https://b.example", polls: 1, failed: 1 }),
    ]);
  });

  it("keeps the latest answers, whatever their order", () => {
    const [poll] = samplePolls(1, NOW);
    if (poll === undefined) throw new Error("no poll");
    const answer = (n: number) => {
      const second = (n * 7919) % 5000;
      const at = new Date(NOW + second * 1000).toISOString();
      return { at, kind: "poll" as const, status: 200, latencyMs: second };
    };
    const polls = Array.from({ length: 5000 }, (_, n) => ({
      ...poll,
      pollId: `poll-${n}`,
      history: [answer(n)],
    }));
    const latest = Array.from({ length: 300 }, (_, n) => 4700 + n);
    expect(hostFigures(polls)[0]?.latencies).toEqual(latest);
  });

  it("keeps the latest points of a host with many", () => {
    const [figures] = hostFigures(
      samplePolls(3000, NOW).map((poll) => ({ ...poll, origin: "https://a.example" })),
    );
    expect(figures?.latencies.length).toBeLessThanOrEqual(300);
    expect(figures?.outcomeSeconds).toHaveLength(300);
  });
});

describe("refreshPace", () => {
  const reading = (rows: number, tookMs = 100) => ({ rows, bytes: rows * 1000, tookMs });

  it("reads a small table often, at no cost that shows", () => {
    expect(refreshPace(reading(100), true).everySeconds).toBe(2);
    const deployed = refreshPace(reading(100), false);
    expect(deployed.everySeconds).toBe(5);
    expect(costText(deployed)).toBe("less than $0.01");
  });

  it("never costs more than ten cents per hour, however large the table", () => {
    for (const rows of [1, 100, 10_000, 1_000_000, 100_000_000]) {
      const pace = refreshPace(reading(rows), false);
      expect(pace.dollarsPerHour).toBeLessThanOrEqual(0.1);
    }
    const large = refreshPace(reading(1_000_000), false);
    expect(large.everySeconds).toBeGreaterThan(600);
    expect(costText(large)).toBe("about $0.10");
  });

  it("leaves a slow machine most of its time", () => {
    expect(refreshPace(reading(10, 3000), true).everySeconds).toBe(30);
  });
});
