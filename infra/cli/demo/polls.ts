import type { PollMessage } from "../../../lib/poll/message/schema.ts";
import type { SeenState } from "../watch/seen-state.ts";
import { BROKEN_JOB, type DemoJob } from "./jobs.ts";

/** One poll of the demonstration, ready to be sent. */
export interface DemoPoll {
  readonly pollId: string;
  readonly shows: string;
  /** The body of its message. */
  readonly body: string;
  /** An outcome's status, or `dead letter`. */
  readonly endsAs: string;
}

/** The origins that the demonstration's jobs are requested from. */
export interface Origins {
  readonly api: string;
  /** Nothing listens here. */
  readonly down: string;
}

/** @param now Epoch ms; `expiresAt` counts from here. */
export function demoPolls(jobs: readonly DemoJob[], origins: Origins, now: number): DemoPoll[] {
  const polls = jobs.map((job) => ({
    pollId: job.name,
    shows: job.shows,
    endsAs: job.endsAs,
    body: JSON.stringify(messageFor(job, origins, now)),
  }));
  return [...polls, brokenPoll(origins, now)];
}

function brokenPoll(origins: Origins, now: number): DemoPoll {
  const { name, shows } = BROKEN_JOB;
  const body = JSON.stringify({ ...messageFor(BROKEN_JOB, origins, now), maxRetrys: 3 });
  return { pollId: name, shows, body, endsAs: "dead letter" };
}

function messageFor(job: DemoJob, origins: Origins, now: number): PollMessage {
  const { name, path = "", host, expiresInSeconds, isStarted } = job;
  const request = { url: `${origins[host ?? "api"]}/jobs/${name}${path}` };
  return {
    pollId: name,
    ...(isStarted ? { start: request } : { request }),
    ...job.message,
    ...(expiresInSeconds !== undefined && {
      expiresAt: new Date(now + expiresInSeconds * 1000).toISOString(),
    }),
  };
}

/** How a poll ended: an outcome's status, or `dead letter`; `undefined` while it has not ended. */
export function endOf(state: SeenState): string | undefined {
  if (state.kind === "ended") return state.outcome.status;
  return state.kind === "dead letter" ? state.kind : undefined;
}
