import { scaleUtc } from "d3-scale";
import type { Poll, PollStep } from "../api/schemas.ts";
import { durationWords } from "../words/durations.ts";
import { stateWords } from "../words/states.ts";
import { answerLook, kindWords, stepSentence, tookWords } from "../words/steps.ts";

/** A request in the picture. All lengths are in pixels. */
export interface Mark {
  readonly x: number;
  /** Of its latency; a quick answer is thinner than its mark. */
  readonly width: number;
  readonly y: number;
  readonly kind: string;
  readonly look: string;
  /** Its answer; absent where it would overlap the one before. */
  readonly label?: string;
  readonly title: string;
}

/** A wait in the picture. */
export interface Bar {
  readonly x: number;
  readonly width: number;
  readonly y: number;
  readonly look: "wait" | "held" | "late";
  readonly title: string;
}

/** Steps of one kind stand in one lane. */
export interface Lane {
  readonly name: string;
  readonly y: number;
}

export interface TimelineLayout {
  readonly width: number;
  readonly height: number;
  readonly lanes: readonly Lane[];
  readonly bars: readonly Bar[];
  readonly marks: readonly Mark[];
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
  /** Where now is; absent when the poll has ended. */
  readonly nowX?: number;
  /** The next request. */
  readonly next?: {
    readonly x: number;
    readonly y: number;
    /** When it is beyond the edge: how far away it is. */
    readonly away?: string;
  };
}

const LANES: readonly string[] = ["start", "poll", "result", "delivery", "abort"];
const LANE_HEIGHT = 58;
/** From a lane's top, below its name, to the middle of its marks. */
const MARK_Y = 32;
/** For the word now. */
const TOP = 14;
/** At most this part of what has passed: a long wait to come must not squeeze it. */
const SHOWN_FUTURE = 0.5;
const MARGIN = 14;
const AXIS_HEIGHT = 26;
/** Of one character of a label: an error's code has capitals, which are wider. */
const CHARACTER_WIDTH = 7.2;
const CAPITAL_WIDTH = 8.8;
/** Between two ticks: their labels have up to 11 characters. */
const TICK_DISTANCE = 84;
/** A batch may come a little after a poll is due. */
const LATE_MS = 2000;
/** Of an error's name in a label. */
const MAX_ERROR_LENGTH = 24;
/** A picture of less time would be all axis. */
const SHORTEST_MS = 5000;

/**
 * Places a poll's history on a line of time.
 *
 * @param width in pixels
 * @param now in epoch ms
 */
export function layoutTimeline(poll: Poll, width: number, now: number): TimelineLayout {
  const isEnded = stateWords(poll.state).isEnded;
  const steps = poll.history;
  const due = isEnded || poll.dueAt === undefined ? undefined : Date.parse(poll.dueAt);
  const [from, to] = spanOf(poll, isEnded ? undefined : now, due);
  const scale = scaleUtc([from, to], [MARGIN, width - MARGIN]).clamp(true);
  const x = (time: number): number => round(scale(time));
  const kinds = LANES.filter(
    (kind) =>
      (kind === "poll" && steps.length === 0) || steps.some((step) => laneOf(step) === kind),
  );
  const yOf = (kind: string): number =>
    Math.max(0, kinds.indexOf(kind)) * LANE_HEIGHT + TOP + MARK_Y;
  const bars: Bar[] = steps.flatMap((step, index) => {
    const bar = barOf(step, endOf(steps[index + 1], isEnded ? to : due));
    if (bar === undefined) return [];
    const left = x(bar.from);
    return [
      {
        x: left,
        width: Math.max(0, x(Math.min(bar.to, to)) - left),
        y: yOf(laneOf(step)),
        look: step.kind === "held" ? ("held" as const) : ("wait" as const),
        title: stepSentence(step),
      },
    ];
  });
  if (due !== undefined && poll.state !== "asking" && now > due + LATE_MS) {
    const title = `overdue by ${durationWords((now - due) / 1000)}`;
    bars.push({ x: x(due), width: x(now) - x(due), y: yOf(poll.step), look: "late", title });
  }
  return {
    width,
    height: TOP + kinds.length * LANE_HEIGHT + AXIS_HEIGHT,
    lanes: kinds.map((kind) => ({ name: laneName(kind), y: yOf(kind) })),
    bars,
    marks: labelled(steps.filter(({ kind }) => kind !== "held").map(markOf), width),
    ticks: ticksOf(scale, width),
    ...(!isEnded && { nowX: x(now) }),
    ...(due !== undefined && { next: nextAt(due) }),
  };

  function nextAt(due: number): NonNullable<TimelineLayout["next"]> {
    const place = { x: x(Math.min(due, to)), y: yOf(poll.step) };
    return due > to ? { ...place, away: `in ${durationWords((due - now) / 1000)}` } : place;
  }

  function markOf(step: PollStep): Mark {
    const start = Date.parse(step.at);
    const left = x(start);
    return {
      x: left,
      width: Math.max(0, x(start + (step.latencyMs ?? 0)) - left),
      y: yOf(laneOf(step)),
      kind: step.kind,
      look: answerLook(step),
      label: markLabel(step),
      title: stepSentence(step),
    };
  }
}

/** A held poll waits in the lane of what it waits for. */
function laneOf({ kind }: PollStep): string {
  return kind === "held" ? "poll" : kind;
}

function laneName(kind: string): string {
  const name = kindWords(kind);
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function markLabel(step: PollStep): string {
  const { status, error = "" } = step;
  return `${status ?? error.slice(0, MAX_ERROR_LENGTH)} ${tookWords(step)}`.trim();
}

function spanOf(poll: Poll, now: number | undefined, due: number | undefined): [number, number] {
  const { history, startedAt, changedAt } = poll;
  const first = history[0];
  const from = Date.parse(first?.at ?? startedAt);
  const ends = history.map(({ at, latencyMs = 0 }) => Date.parse(at) + latencyMs);
  const lastWait = history.at(-1);
  const latest = (now ?? 0) + Math.max(SHORTEST_MS, ((now ?? 0) - from) * SHOWN_FUTURE);
  const to = Math.max(
    from + SHORTEST_MS,
    ...ends,
    now ?? Date.parse(changedAt),
    due === undefined ? 0 : Math.min(due, latest),
    now !== undefined && lastWait && due === undefined ? waitEnd(lastWait) : 0,
  );
  return [from, to];
}

function waitEnd({ at, latencyMs = 0, waitSeconds = 0 }: PollStep): number {
  return Date.parse(at) + latencyMs + waitSeconds * 1000;
}

function endOf(next: PollStep | undefined, otherwise: number | undefined): number | undefined {
  return next === undefined ? otherwise : Date.parse(next.at);
}

/** A wait ends when it was to end, or when the next step began: a batch may come a little late. */
function barOf(
  step: PollStep,
  until: number | undefined,
): { from: number; to: number } | undefined {
  if (step.waitSeconds === undefined) return undefined;
  const from = Date.parse(step.at) + (step.latencyMs ?? 0);
  return { from, to: until ?? waitEnd(step) };
}

/** Takes away labels that would overlap another or be cut at an edge. The latest answers matter most. */
function labelled(marks: readonly Mark[], width: number): Mark[] {
  const leftmost = new Map<number, number>();
  return marks
    .toReversed()
    .map(({ label = "", ...mark }) => {
      const half = labelWidth(label) / 2;
      const middle = Math.min(Math.max(mark.x, half), width - half);
      if (middle + half + 4 > (leftmost.get(mark.y) ?? Infinity)) return mark;
      leftmost.set(mark.y, middle - half);
      return { ...mark, label };
    })
    .toReversed();
}

/** Where a label stands: in the middle of its mark, but never beyond an edge. */
export function labelX({ x, label = "" }: Mark, width: number): number {
  const half = labelWidth(label) / 2;
  return Math.min(Math.max(x, half), width - half);
}

/** About as many pixels as a browser needs for a label, rather more than less. */
function labelWidth(label: string): number {
  const capitals = label.replace(/[^A-Z]/g, "").length;
  return capitals * CAPITAL_WIDTH + (label.length - capitals) * CHARACTER_WIDTH;
}

function ticksOf(
  scale: ReturnType<typeof scaleUtc<number>>,
  width: number,
): TimelineLayout["ticks"] {
  const [from = new Date(0), to = from] = scale.domain();
  const seconds = (to.getTime() - from.getTime()) / 1000;
  const ticks = sparse(
    scale,
    Math.max(2, Math.min(Math.floor(width / TICK_DISTANCE), Math.ceil(seconds) + 1)),
  );
  const isFine = ticks.some((tick) => tick.getUTCSeconds() !== 0);
  const isLong = seconds > 86_400;
  return ticks
    .map((tick) => ({ x: round(scale(tick)), label: tickWords(tick, isFine, isLong) }))
    .filter(({ x, label }) => {
      const half = labelWidth(label) / 2;
      return x >= half && x <= width - half;
    });
}

/** Ticks at round times, never more than `most` of them: d3's own count is only a wish. */
function sparse(scale: ReturnType<typeof scaleUtc<number>>, most: number): Date[] {
  for (let wish = most; wish >= 1; wish -= 1) {
    const ticks = scale.ticks(wish);
    if (ticks.length <= most) return ticks;
  }
  return [];
}

/** In UTC, as logs and outcomes say it. */
function tickWords(time: Date, withSeconds: boolean, withDay: boolean): string {
  const iso = time.toISOString();
  if (withDay) return `${iso.slice(5, 10)} ${iso.slice(11, 16)}`;
  return iso.slice(11, withSeconds ? 19 : 16);
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
