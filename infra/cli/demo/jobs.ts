import type { Outcome } from "../../../lib/outcome/outcome.ts";
import type { PollMessage } from "../../../lib/poll/message/schema.ts";

/** What the job API answers. */
export interface DemoAnswer {
  readonly status: number;
  readonly retryAfterSeconds?: number;
  /** Where the job is from now on: a path below its own. */
  readonly location?: string;
  readonly body?: unknown;
  /** What comes next, in a few words, where the status does not say it. */
  readonly note?: string;
}

/** A request for a job. */
export interface DemoRequest {
  /** How many times the job was requested, including this time. */
  readonly count: number;
  /** Since its first request. */
  readonly elapsedSeconds: number;
  readonly method: string;
  /** The path below the job's own, like `/2`. */
  readonly path: string;
}

/** One job of the demonstration: how it behaves, how it is polled and how its poll must end. */
export interface DemoJob {
  readonly name: string;
  /** What it shows, in a few words. */
  readonly shows: string;
  answer(request: DemoRequest): DemoAnswer;
  /** The poll's message without its `request`. */
  readonly message: Omit<PollMessage, "request" | "start" | "pollId" | "expiresAt">;
  /** Whether the poll starts the job. `@default` it polls a job that runs */
  readonly isStarted?: true;
  /** The path below the job's own that is requested first. `@default` none */
  readonly path?: string;
  /** Where to request the job, if not from the job API. */
  readonly host?: "down";
  /** When the poll expires, in seconds from its submission. */
  readonly expiresInSeconds?: number;
  readonly endsAs: Outcome["status"];
}

const accepted = (retryAfterSeconds?: number): DemoAnswer => ({
  status: 202,
  ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
});

/** For a job that always answers 200 and gives its state in the body. */
const UNTIL_STATE = {
  success: "body.state == 'done'",
  failure: "body.state == 'error'",
  result: "body.downloadUrl",
} as const;

/**
 * The job of a message that the poller cannot read, for its typing error. Who repairs the message and redrives it gets
 * an answer.
 */
export const BROKEN_JOB: DemoJob = {
  name: "typo",
  shows: "a broken message",
  answer: () => ({ status: 200, body: { repaired: true } }),
  message: {},
  endsAs: "succeeded",
};

export const DEMO_JOBS: readonly DemoJob[] = [
  {
    name: "thumbnail",
    shows: "done at once",
    answer: () => ({ status: 200, body: { image: "thumbnail.webp" } }),
    message: {},
    endsAs: "succeeded",
  },
  {
    name: "render",
    shows: "started once, polled where it says",
    answer: ({ method, elapsedSeconds }) => {
      if (method === "POST") return { ...accepted(1), location: "/1", note: "202, started" };
      return elapsedSeconds < 5 ? accepted(2) : { status: 200, body: { frames: 240 } };
    },
    message: { until: "http-async", delaySeconds: 1 },
    isStarted: true,
    endsAs: "succeeded",
  },
  {
    name: "migration",
    shows: "moves to another URL at each step",
    answer: ({ path }) => {
      const step = Number(path.slice(1));
      return step < 3
        ? { ...accepted(2), location: `/${step + 1}`, note: `202, moves to /${step + 1}` }
        : { status: 200, body: { steps: step } };
    },
    message: { until: "http-async", delaySeconds: 1 },
    path: "/1",
    endsAs: "succeeded",
  },
  {
    name: "batch",
    shows: "OpenAI's batch, its result fetched",
    answer: ({ path, elapsedSeconds }) => {
      if (path.startsWith("/files")) return { status: 200, body: { answers: 50 } };
      const batch = { id: "b-7", output_file_id: "f-7" };
      return elapsedSeconds < 4
        ? { status: 200, body: { ...batch, status: "in_progress" } }
        : { status: 200, body: { ...batch, status: "completed" }, note: "200, fetches the result" };
    },
    message: { until: "openai-batch", delaySeconds: 2 },
    path: "/batches/b-7",
    endsAs: "succeeded",
  },
  {
    name: "video",
    shows: "202 with Retry-After, 12 s of work",
    answer: ({ elapsedSeconds }) =>
      elapsedSeconds < 12 ? accepted(4) : { status: 200, body: { seconds: 93 } },
    message: { delaySeconds: 1, context: { customer: "c-42" } },
    endsAs: "succeeded",
  },
  {
    name: "export",
    shows: "200 all the while, JMESPath says when",
    answer: ({ elapsedSeconds }) => ({
      status: 200,
      body:
        elapsedSeconds < 6
          ? { state: "running" }
          : { state: "done", downloadUrl: "https://example.com/export.csv" },
    }),
    message: { delaySeconds: 2, until: UNTIL_STATE },
    endsAs: "succeeded",
  },
  {
    name: "import",
    shows: "fails after 3 s of work",
    answer: ({ elapsedSeconds }) => ({
      status: 200,
      body: elapsedSeconds < 3 ? { state: "running" } : { state: "error", line: 17 },
    }),
    message: { delaySeconds: 2, until: UNTIL_STATE },
    endsAs: "failed",
  },
  {
    name: "withdrawn",
    shows: "410 Gone",
    answer: () => ({ status: 410 }),
    message: {},
    endsAs: "failed",
  },
  {
    name: "flaky",
    shows: "500 now and then",
    answer: ({ count }) => {
      if (count >= 5) return { status: 200, body: { attempts: count } };
      return count === 3 ? accepted() : { status: 500 };
    },
    message: { delaySeconds: 2, maxErrors: 2 },
    endsAs: "succeeded",
  },
  {
    name: "unreachable",
    shows: "its host is down, maxErrors 2",
    host: "down",
    answer: () => ({ status: 503 }),
    message: { delaySeconds: 1, maxErrors: 2 },
    endsAs: "failed",
  },
  {
    name: "endless",
    shows: "never ends, maxRetries 4, backoff",
    answer: () => accepted(),
    message: { delaySeconds: 1, maxRetries: 4, backoff: { rate: 2, maxDelaySeconds: 4 } },
    endsAs: "exhausted",
  },
  {
    name: "late",
    shows: "never ends, expiresAt in 15 s",
    answer: () => accepted(3),
    message: { delaySeconds: 3 },
    expiresInSeconds: 15,
    endsAs: "expired",
  },
];
