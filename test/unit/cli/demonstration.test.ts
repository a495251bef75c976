import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { downOrigin, startJobApi } from "../../../infra/cli/demo/job-api.ts";
import { DEMO_JOBS, type DemoAnswer } from "../../../infra/cli/demo/jobs.ts";
import { demoPolls } from "../../../infra/cli/demo/polls.ts";
import { progressLine, progressTable } from "../../../infra/cli/demo/progress.ts";
import { reportTable, surprises } from "../../../infra/cli/demo/report.ts";
import { unstyled } from "../../../infra/cli/terminal/output.ts";
import { widthOf } from "../../../infra/cli/terminal/width.ts";
import { parseOutcome } from "../../../infra/cli/watch/received-outcome.ts";
import type { SeenState } from "../../../infra/cli/watch/seen-state.ts";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";
import { outcomeBody } from "./outcome-record.ts";

const NOW = 1_900_000_000_000;
const polls = demoPolls(DEMO_JOBS, { api: "http://127.0.0.1:1", down: "http://127.0.0.1:2" }, NOW);

const endingAs = (status: string, fields: object = {}): SeenState =>
  status === "dead letter"
    ? { kind: "dead letter", reason: "maxRetrys: unknown field" }
    : { kind: "ended", outcome: parseOutcome(outcomeBody({ status, ...fields })) };

describe("the demonstration's polls", () => {
  it("end in every possible way", () => {
    const ends = new Set(polls.map(({ endsAs }) => endsAs));
    expect([...ends].sort()).toEqual([
      "dead letter",
      "exhausted",
      "expired",
      "failed",
      "succeeded",
    ]);
  });

  it("are valid messages, except the broken one", () => {
    for (const { body, endsAs } of polls) {
      if (endsAs === "dead letter")
        expect(() => parsePollMessage(body)).toThrow("maxRetrys: unknown field");
      else expect(() => parsePollMessage(body)).not.toThrow();
    }
  });

  it("have different names", () => {
    expect(new Set(polls.map(({ pollId }) => pollId)).size).toBe(polls.length);
  });
});

describe("the list of polls that did not end as expected", () => {
  it("is empty when each poll ended as it should", () => {
    expect(surprises(polls, ({ endsAs }) => endingAs(endsAs))).toEqual([]);
  });

  it("names each poll, with what was expected", () => {
    const stateOf = ({ pollId, endsAs }: { pollId: string; endsAs: string }): SeenState => {
      if (pollId === "video") return { kind: "queued" };
      return endingAs(pollId === "flaky" ? "failed" : endsAs);
    };
    expect(surprises(polls, stateOf)).toEqual([
      "video: expected succeeded, has not ended",
      "flaky: expected succeeded, got failed",
    ]);
  });
});

describe("reportTable", () => {
  it("has one line per poll: how it ended and with what result", () => {
    const fields = { retryCount: 3, result: { words: 7 } };
    const table = reportTable(polls, ({ endsAs }) => endingAs(endsAs, fields)).map(unstyled);
    expect(table).toHaveLength(1 + polls.length * 2);
    // No cell is cut, not even with the times of a real run.
    expect(table.filter((line) => line.includes("…"))).toEqual([]);
    expect(table[1]).toMatch(/^thumbnail .* succeeded +3 +12 s$/);
    expect(table[2]).toBe('    {"words":7}');
    expect(table.at(-2)).toMatch(/^typo .* dead letter$/);
    expect(table.at(-1)).toBe("    maxRetrys: unknown field");
  });
});

describe("in 80 columns", () => {
  const text = fc.oneof(fc.string({ unit: "grapheme" }), fc.string({ minLength: 80 }));
  const status = fc.constantFrom("succeeded", "failed", "exhausted", "expired");
  const retryCount = fc.nat(100_000);
  const state: fc.Arbitrary<SeenState> = fc.oneof(
    fc.constant<SeenState>({ kind: "queued" }),
    fc.constant<SeenState>({ kind: "rejected" }),
    text.map((reason): SeenState => ({ kind: "dead letter", reason })),
    fc.record({
      kind: fc.constant("waiting" as const),
      retryCount,
      nextPollAt: fc.integer({ min: NOW - 1e6, max: NOW + 1e12 }),
    }),
    fc
      .record({ status, retryCount, message: text, result: fc.jsonValue(), isError: fc.boolean() })
      .map(({ status, retryCount, message, result, isError }) =>
        endingAs(status, { retryCount, result, ...(isError && { error: { name: "E", message } }) }),
      ),
  );
  const answer = fc.option(
    fc.record(
      { status: fc.integer({ min: 100, max: 599 }), retryAfterSeconds: fc.nat(1e9) },
      { requiredKeys: ["status"] },
    ),
    { nil: undefined },
  );

  it("every line fits, whatever the polls' states", () => {
    fc.assert(
      fc.property(
        fc.array(state, { minLength: polls.length, maxLength: polls.length }),
        answer,
        fc.nat(1e8),
        (states, answer, elapsedMs) => {
          const stateOf = (poll: (typeof polls)[number]) =>
            states[polls.indexOf(poll)] ?? { kind: "queued" };
          const progress = polls.map((poll) => ({ poll, state: stateOf(poll), answer }));
          const lines = [
            ...progressTable(progress, NOW),
            ...progress.map((each) => progressLine(each, elapsedMs, NOW)),
            ...reportTable(polls, stateOf),
          ];
          for (const line of lines) expect(widthOf(line)).toBeLessThanOrEqual(80);
        },
      ),
    );
  });
});

describe("the job API", () => {
  it("answers for each job by its own clock, and reports each request", async () => {
    const told: [string, DemoAnswer][] = [];
    const api = await startJobApi(DEMO_JOBS, (name, answer) => told.push([name, answer]));
    try {
      const flaky = [];
      for (let i = 0; i < 5; i++) flaky.push((await fetch(`${api.origin}/jobs/flaky`)).status);
      expect(flaky).toEqual([500, 500, 202, 500, 200]);
      const video = await fetch(`${api.origin}/jobs/video`);
      expect([video.status, video.headers.get("retry-after")]).toEqual([202, "4"]);
      const render = await fetch(`${api.origin}/jobs/render`, { method: "POST" });
      expect([render.status, render.headers.get("location")]).toEqual([202, "/jobs/render/1"]);
      const moved = await fetch(`${api.origin}/jobs/migration/1`);
      expect(moved.headers.get("location")).toBe("/jobs/migration/2");
      const result = await fetch(`${api.origin}/jobs/batch/files/f-7/content`);
      expect(await result.json()).toEqual({ answers: 50 });
      expect((await fetch(`${api.origin}/jobs/nosuch`)).status).toBe(404);
      expect(told).toContainEqual(["video", { status: 202, retryAfterSeconds: 4 }]);
    } finally {
      await api.close();
    }
  });

  it("also has a host that is down", async () => {
    await expect(fetch(await downOrigin())).rejects.toThrow("fetch failed");
  });
});
