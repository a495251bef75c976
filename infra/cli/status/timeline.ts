import type { PollStatus, PollStep } from "../../../lib/client/index.ts";
import { isEnding } from "../../../lib/polls/poll-states.ts";
import { formatSeconds } from "../duration.ts";
import { fromNow } from "../polls/time-text.ts";
import { waitsFor } from "../polls/waits-for.ts";
import { styled } from "../terminal/output.ts";
import { colouredState } from "../terminal/state-colour.ts";
import { alignColumns } from "../terminal/table.ts";
import { wrapped } from "../terminal/width.ts";

const LABEL_WIDTH = 11;

/**
 * Shows where a poll is, and its steps, the oldest first.
 *
 * @param now in epoch ms
 * @param width of a line, in terminal columns
 * @param paused what is said of a stack that is paused
 */
export function timeline(
  status: PollStatus,
  now: number,
  width: number,
  paused: string = "",
): string[] {
  const { pollId, state, method, origin, undelivered, history } = status;
  const { isNudged = false, wasAborted = false, outcomeDueAt } = status;
  const entry = (label: string, text: string): string[] =>
    text === ""
      ? []
      : wrapped(text, width - LABEL_WIDTH).map(
          (line, index) => (index === 0 ? label : "").padEnd(LABEL_WIDTH) + line,
        );
  const isOver = isEnding(state);
  const why = state === "cancelled" ? CANCELLED : waitsFor(status, now);
  return [
    `${styled("bold", pollId)}  ${colouredState(state)}`,
    ...entry(isOver ? "why" : "waits for", why),
    ...entry("but", paused),
    ...entry("nudged", isNudged ? "asked within 15 minutes, or when it is due" : ""),
    ...entry("job", wasAborted ? "told to stop; the log says what came of it" : ""),
    ...entry("request", [method, origin].filter((part) => part !== undefined).join(" ")),
    ...entry("step", isOver ? "" : STEPS[status.step]),
    ...entry("retries", retries(status)),
    ...entry("started", time(status.startedAt, now)),
    ...entry(isOver ? "ended" : "changed", time(status.changedAt, now)),
    ...(outcomeDueAt === undefined ? [] : entry("outcome", `comes ${time(outcomeDueAt, now)}`)),
    ...(undelivered === undefined ? [] : entry("undelivered", deliveryText(undelivered, now))),
    ...(history.length === 0 ? [] : ["", ...stepTable(waitedOf(status, isOver), width)]),
  ];
}

/** Its outcome has no error. */
const CANCELLED = "somebody cancelled it";

/** The steps of a poll; one that ended in a wait has not waited all of it. */
function waitedOf({ history, changedAt }: PollStatus, isOver: boolean): readonly PollStep[] {
  const last = history.at(-1);
  if (!isOver || last?.waitSeconds === undefined) return history;
  const { waitSeconds, ...step } = last;
  const since = Date.parse(step.at) + (step.latencyMs ?? 0);
  const waited = Math.max(0, Math.round((Date.parse(changedAt) - since) / 1000));
  return [...history.slice(0, -1), { ...step, waitSeconds: Math.min(waitSeconds, waited) }];
}

const STEPS = {
  start: "the request that starts the job",
  poll: "asking whether the job is done",
  result: "getting the result",
};

const retries = ({ retryCount, maxRetries }: PollStatus): string =>
  maxRetries === undefined ? String(retryCount) : `${retryCount} of at most ${maxRetries}`;

const time = (at: string, now: number): string => `${fromNow(at, now)} (${at})`;

function deliveryText(
  { since, attempts }: NonNullable<PollStatus["undelivered"]>,
  now: number,
): string {
  return `since ${time(since, now)}, ${attempts} attempts`;
}

function stepTable(history: readonly PollStep[], width: number): string[] {
  const rows = history.map(({ at, kind, status, error, latencyMs, waitSeconds, reason }) => [
    at.slice(11, 19),
    kind,
    error ?? (status === undefined ? "" : String(status)),
    latencyMs === undefined ? "" : `${latencyMs} ms`,
    waitSeconds === undefined ? "" : formatSeconds(waitSeconds),
    reason ?? "",
  ]);
  const [head = "", ...lines] = alignColumns(
    [["TIME (UTC)", "STEP", "ANSWER", "TOOK", "THEN WAITED", "WHY"], ...rows],
    width,
  );
  return [styled("bold", head), ...lines];
}
