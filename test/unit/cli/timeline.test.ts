import { describe, expect, it } from "vitest";
import { pollTable } from "../../../infra/cli/polls/poll-table.ts";
import { timeline } from "../../../infra/cli/status/timeline.ts";
import { unstyled } from "../../../infra/cli/terminal/output.ts";
import { widthOf } from "../../../infra/cli/terminal/width.ts";
import { liveTable } from "../../../infra/cli/watch/live-table.ts";
import type { PollStatus } from "../../../lib/client/index.ts";

const NOW = Date.parse("2026-01-01T00:10:00.000Z");

const POLL: PollStatus = {
  pollId: "job-1",
  state: "waiting",
  step: "poll",
  retryCount: 3,
  maxRetries: 60,
  method: "GET",
  origin: "https://api.example.com",
  startedAt: "2026-01-01T00:00:00.000Z",
  changedAt: "2026-01-01T00:09:40.000Z",
  dueAt: "2026-01-01T00:10:20.000Z",
  waitsFor: "Retry-After 40",
  history: [
    { at: "2026-01-01T00:00:01.000Z", kind: "poll", status: 202, latencyMs: 12, waitSeconds: 30 },
    { at: "2026-01-01T00:09:40.000Z", kind: "poll", error: "503", reason: "Retry-After 40" },
  ],
};

const STACK = { name: "the local stack", isPaused: false };
const text = (poll: PollStatus, width = 80) => unstyled(timeline(poll, NOW, width).join("\n"));

describe("timeline", () => {
  it("says what a poll waits for and until when, then its steps", () => {
    expect(text(POLL)).toBe(`job-1  waiting
waits for  due in 20 s: Retry-After 40
request    GET https://api.example.com
step       asking whether the job is done
retries    3 of at most 60
started    10 min ago (2026-01-01T00:00:00.000Z)
changed    20 s ago (2026-01-01T00:09:40.000Z)

TIME (UTC)  STEP  ANSWER  TOOK   THEN WAITED  WHY
00:00:01    poll  202     12 ms  30 s
00:09:40    poll  503                         Retry-After 40`);
  });

  it("says why an ended poll ended, and not when it is due", () => {
    const ended = text({ ...POLL, state: "failed", waitsFor: "status 404", history: [] });
    expect(ended).toContain("why        status 404\n");
    expect(ended).not.toContain("due");
    expect(ended).toContain("ended      20 s ago");
  });

  it("says that an ended poll was cancelled, and waited only until then", () => {
    const { waitsFor: _, dueAt: __, ...poll } = POLL;
    const last = { ...{ at: "2026-01-01T00:09:30.000Z", kind: "poll" as const, status: 202 } };
    const history = [{ ...last, latencyMs: 1000, waitSeconds: 40, reason: "backoff" }];
    const cancelled = text({ ...poll, state: "cancelled", history });
    expect(cancelled).toContain("why        somebody cancelled it\n");
    expect(cancelled).toContain("1000 ms  9 s          backoff");
  });

  it("says of a poll that waits that its stack is paused", () => {
    const paused = "the local stack is paused, so that no poll is asked";
    expect(timeline(POLL, NOW, 80, paused)).toContain(`but        ${paused}`);
  });

  it("falls back on the last answer where the reason is not known", () => {
    const { waitsFor: _, ...poll } = POLL;
    const lastAnswer = { at: POLL.changedAt, kind: "poll" as const, status: 202 };
    expect(text({ ...poll, lastAnswer })).toContain("due in 20 s: 202\n");
  });

  it.each([[40], [80]])("fits %i columns, whatever the texts from outside", (width) => {
    const hostile = "\u001b[31m".repeat(5) + "word ".repeat(60);
    const step = { at: POLL.changedAt, kind: "poll" as const, reason: hostile };
    const poll = { ...POLL, waitsFor: hostile, history: [step] };
    const lines = [
      ...timeline(poll, NOW, width),
      ...pollTable([poll], NOW, width),
      ...liveTable([poll], { waiting: 1, inFlight: 0, delayed: 2 }, STACK, {
        now: NOW,
        columns: width,
        rows: 24,
      }),
    ];
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
  });
});

describe("liveTable", () => {
  it("shows the polls that changed last, and how many more there are", () => {
    const polls = Array.from({ length: 30 }, (_, at) => ({
      ...POLL,
      pollId: `job-${at}`,
      changedAt: new Date(NOW - at * 1000).toISOString(),
    }));
    const depths = { waiting: 1, inFlight: 0, delayed: 2, outcomes: 4, deadLetters: 5 };
    const screen = { now: NOW, columns: 80, rows: 10 };
    const lines = liveTable(polls, depths, { ...STACK, name: "stack x" }, screen).map(unstyled);
    expect(lines).toHaveLength(9);
    expect(lines[0]).toBe(
      "30 polls of stack x; in its queues: 3 to poll, 4 outcomes, 5 dead letters",
    );
    expect(lines[3]).toMatch(/^job-0 +waiting/);
    expect(lines.at(-1)).toBe("and 25 more");
  });

  it("shows the counts of all queues, however large they are, and no more lines than the screen has", () => {
    const polls = Array.from({ length: 12_345 }, (_, at) => ({ ...POLL, pollId: `job-${at}` }));
    const depths = { waiting: 1234, inFlight: 0, delayed: 7777, outcomes: 4321, deadLetters: 678 };
    const screen = { now: NOW, columns: 80, rows: 10 };
    const lines = liveTable(polls, depths, STACK, screen).map(unstyled);
    expect(lines.slice(0, 3).join(" ")).toBe(
      "12345 polls of the local stack; in its queues: 9011 to poll, 4321 outcomes, 678 dead letters ",
    );
    expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(80);
    expect(lines).toHaveLength(9);
    expect(lines.at(-1)).toMatch(/^and 12341 more$/);
  });

  it("says that the stack is paused, and then shows a poll less", () => {
    const depths = { waiting: 1, inFlight: 0, delayed: 0 };
    const paused = { name: "the local stack", isPaused: true };
    const screen = { now: NOW, columns: 60, rows: 10 };
    const polls = Array.from({ length: 9 }, (_, at) => ({ ...POLL, pollId: `job-${at}` }));
    const lines = liveTable(polls, depths, paused, screen).map(unstyled);
    expect(lines.slice(2, 4).join(" ")).toBe(
      'the local stack is paused, so that no poll is asked: "request-poller resume" goes on',
    );
    expect(lines).toHaveLength(9);
  });

  it("shows polls that ended badly within the last hour first, on half of the lines at most", () => {
    const ended = (pollId: string, minutesAgo: number): PollStatus => ({
      ...{ ...POLL, pollId, state: "failed" },
      changedAt: new Date(NOW - minutesAgo * 60_000).toISOString(),
    });
    const asked = ["a", "b", "c", "d"].map((pollId) => ({ ...POLL, pollId }));
    const polls = [
      ended("old", 61),
      ...asked,
      ended("bad-2", 2),
      ended("bad-1", 1),
      ended("bad-3", 3),
    ];
    const screen = { now: NOW, columns: 80, rows: 9 };
    const lines = liveTable(polls, { waiting: 4, inFlight: 0, delayed: 0 }, STACK, screen);
    const ids = lines.slice(3, -1).map((line) => unstyled(line).split(" ")[0]);
    expect(ids).toEqual(["bad-1", "bad-2", "a", "b"]);
  });
});
