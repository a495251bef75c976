import type { PollFacts } from "../../lib/verdict/judge.ts";

/** The facts of a poll's first request. */
export const POLL_FACTS: PollFacts = {
  retryCount: 0,
  elapsedSeconds: 0,
  step: "poll",
  request: { method: "GET", url: "https://jobs.example/v1/jobs/1", path: "/v1/jobs/1" },
};
