import type { PollState } from "../../lib/polls/poll-states.ts";
import type { PollStatus, PollStep } from "../../lib/polls/poll-status.ts";

const HOSTS = [
  "https://api.render.example",
  "https://batches.openai.example",
  "https://reports.shop.example",
  "https://exports.crm.example:8443",
  "https://video.example",
];

const ENDS: readonly PollState[] = ["succeeded", "succeeded", "succeeded", "failed", "exhausted"];
const LIVE: readonly PollState[] = ["waiting", "waiting", "waiting", "held", "asking"];
const STEPS = 12;

/** Whole numbers from 0 to below `below`, always the same ones. */
export function sampleNumbers(seed: number): (below: number) => number {
  let state = seed;
  // Mulberry32.
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

/** Polls of five hosts in every state. @param now in epoch ms */
export function samplePolls(count: number, now: number, seed = 1): PollStatus[] {
  const pick = sampleNumbers(seed);
  return Array.from({ length: count }, (_, index) => samplePoll(index, now, pick));
}

function samplePoll(index: number, now: number, pick: (below: number) => number): PollStatus {
  const origin = HOSTS[pick(HOSTS.length)] ?? "";
  const state = (pick(10) < 4 ? LIVE : ENDS)[pick(5)] ?? "waiting";
  const steps = 1 + pick(STEPS);
  const every = 10 + pick(50);
  const isLive = LIVE.includes(state);
  const startedAt = now - (isLive ? 0 : pick(3_600_000)) - steps * every * 1000;
  const history = Array.from({ length: steps }, (_, step) =>
    sampleStep(
      startedAt + step * every * 1000,
      step === steps - 1 ? state : "waiting",
      every,
      pick,
    ),
  );
  const lastAnswer = history.at(-1);
  const changedAt = startedAt + (steps - 1) * every * 1000;
  return {
    pollId: `job-${String(index).padStart(5, "0")}`,
    state,
    step: "poll",
    retryCount: steps,
    maxRetries: 60,
    method: "GET",
    origin,
    startedAt: new Date(startedAt).toISOString(),
    changedAt: new Date(changedAt).toISOString(),
    history,
    ...(isLive && {
      dueAt: new Date(changedAt + every * 1000 + pick(60_000)).toISOString(),
      waitsFor: state === "held" ? "its host asks for a pause" : `Retry-After ${every}`,
    }),
    ...(lastAnswer && { lastAnswer }),
  };
}

function sampleStep(
  at: number,
  state: PollState,
  waitSeconds: number,
  pick: (below: number) => number,
): PollStep {
  const common = { at: new Date(at).toISOString() };
  if (state === "held") {
    return { ...common, kind: "held", waitSeconds, reason: "its host asks for a pause" };
  }
  const latencyMs = 20 + pick(300);
  if (state === "failed") return { ...common, kind: "poll", status: 410, latencyMs };
  if (state === "succeeded") return { ...common, kind: "poll", status: 200, latencyMs };
  if (pick(12) === 0) {
    return {
      ...common,
      kind: "poll",
      error: "ECONNRESET",
      latencyMs,
      waitSeconds,
      reason: "backoff",
    };
  }
  const reason = `Retry-After ${waitSeconds}`;
  return { ...common, kind: "poll", status: 202, latencyMs, waitSeconds, reason };
}
