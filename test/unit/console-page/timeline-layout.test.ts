import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PollStep } from "../../../infra/console/page/api/schemas.ts";
import { labelX, layoutTimeline } from "../../../infra/console/page/poll/timeline-layout.ts";
import { aPoll, at, NOW } from "./a-poll.ts";

const poll = (seconds: number, more: Partial<PollStep> = {}): PollStep => ({
  at: at(seconds),
  kind: "poll",
  status: 202,
  latencyMs: 100,
  ...more,
});

describe("the picture of a poll's history", () => {
  it("has a mark per request, in the order of time, and a bar per wait", () => {
    const history = [
      poll(-60, { kind: "start", status: 201, waitSeconds: 20 }),
      poll(-40, { waitSeconds: 20 }),
      { at: at(-20), kind: "held", waitSeconds: 10, reason: "its host asks for a pause" },
      poll(-10, { status: 503, waitSeconds: 24 }),
    ];
    const { marks, bars, lanes, nowX, next } = layoutTimeline(aPoll({ history }), 800, NOW);
    expect(lanes.map(({ name }) => name)).toEqual(["Start of the job", "Poll"]);
    expect(marks.map(({ kind, look }) => [kind, look])).toEqual([
      ["start", "good"],
      ["poll", "good"],
      ["poll", "late"],
    ]);
    expect(marks.map(({ x }) => x)).toEqual(marks.map(({ x }) => x).toSorted((a, b) => a - b));
    expect(bars.map(({ look }) => look)).toEqual(["wait", "wait", "held", "wait"]);
    expect(nowX).toBeLessThan(next?.x ?? 0);
  });

  it("names each time on its axis once, and none over another", () => {
    const span = fc.double({ min: 0, max: 400_000, noNaN: true });
    fc.assert(
      fc.property(span, fc.integer({ min: 300, max: 1400 }), (seconds, width) => {
        const { ticks } = layoutTimeline(aPoll({ history: [poll(-seconds)] }), width, NOW);
        expect(new Set(ticks.map(({ label }) => label)).size).toBe(ticks.length);
        for (const [index, { x }] of ticks.entries()) {
          expect(x - (ticks[index - 1]?.x ?? -Infinity)).toBeGreaterThan(60);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("shows that a poll is overdue", () => {
    const history = [poll(-60, { waitSeconds: 20 })];
    const { bars } = layoutTimeline(aPoll({ history, dueAt: at(-40) }), 800, NOW);
    expect(bars.at(-1)).toMatchObject({ look: "late", title: "overdue by 40 s" });
  });

  it("leaves most of the picture to what has happened, however long the next wait is", () => {
    const history = [poll(-60), poll(-30, { waitSeconds: 86_400 })];
    const { nowX, next } = layoutTimeline(aPoll({ history, dueAt: at(86_370) }), 900, NOW);
    expect(nowX).toBeGreaterThan(450);
    expect(next?.away).toBe("in 23 h 59 min");
  });

  it("ends with the poll", () => {
    const { dueAt: _, ...ended } = aPoll({
      state: "succeeded",
      history: [poll(-60, { status: 200 }), { ...poll(-50, { status: 204 }), kind: "delivery" }],
    });
    const layout = layoutTimeline(ended, 800, NOW);
    expect(layout.nowX).toBeUndefined();
    expect(layout.next).toBeUndefined();
    expect(layout.lanes.map(({ name }) => name)).toEqual(["Poll", "Delivery of the outcome"]);
  });

  it("stays within its width, and its labels never overlap", () => {
    const step = fc.record({
      gap: fc.integer({ min: 0, max: 4000 }),
      kind: fc.constantFrom("start", "poll", "result", "held", "delivery", "abort"),
      status: fc.constantFrom(200, 202, 404, 503),
      latencyMs: fc.nat(60_000),
      waitSeconds: fc.nat(5000),
    });
    const drawn = fc.record({
      steps: fc.array(step, { maxLength: 20 }),
      width: fc.integer({ min: 260, max: 1600 }),
      due: fc.integer({ min: -5000, max: 90_000 }),
      state: fc.constantFrom("waiting", "held", "asking", "failed"),
    });
    fc.assert(
      fc.property(drawn, ({ steps, width, due, state }) => {
        let seconds = -steps.reduce((sum, { gap }) => sum + gap, 0);
        const history = steps.map(({ gap, ...rest }) => {
          seconds += gap;
          return { at: at(seconds - gap), ...rest };
        });
        const startedAt = history[0]?.at ?? at(-60);
        const layout = layoutTimeline(
          aPoll({ state, history, startedAt, dueAt: at(due) }),
          width,
          NOW,
        );
        const { marks, bars, ticks, nowX = 0, next } = layout;
        const edges = [...marks, ...bars].flatMap(({ x, width }) => [x, x + width]);
        const all = [...edges, ...ticks.map(({ x }) => x), nowX, next?.x ?? 0];
        expect(Math.min(...all)).toBeGreaterThanOrEqual(0);
        expect(Math.max(...all)).toBeLessThanOrEqual(width);
        const boxes = marks.flatMap((mark) => {
          const half = ((mark.label?.length ?? 0) * 7) / 2;
          const middle = labelX(mark, width);
          return mark.label ? [{ y: mark.y, left: middle - half, right: middle + half }] : [];
        });
        for (const box of boxes) {
          const over = boxes.filter(
            (other) =>
              other !== box &&
              other.y === box.y &&
              other.left < box.right &&
              box.left < other.right,
          );
          expect(over).toEqual([]);
        }
      }),
      { numRuns: 100 },
    );
  });
});
