import type { Poll } from "../../../infra/console/page/api/schemas.ts";

export const NOW = Date.parse("2026-11-27T12:00:00.000Z");

/** An ISO 8601 time so many seconds from now; negative: before. */
export function at(seconds: number): string {
  return new Date(NOW + seconds * 1000).toISOString();
}

/** A poll that waits as all others do. */
export function aPoll(changes: Partial<Poll> = {}): Poll {
  return {
    pollId: "render-1",
    state: "waiting",
    step: "poll",
    retryCount: 3,
    maxRetries: 200,
    method: "GET",
    origin: "https://api.example",
    startedAt: at(-60),
    changedAt: at(-6),
    dueAt: at(14),
    lastAnswer: { at: at(-6), kind: "poll", status: 202, latencyMs: 40, waitSeconds: 20 },
    history: [],
    ...changes,
  };
}
