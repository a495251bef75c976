import type { ConsoleSource } from "../../infra/console/console-source.ts";
import type { DeadLetter } from "../../lib/client/index.ts";
import { InvalidMessageError } from "../../lib/client/index.ts";
import { problemOf } from "../../lib/client/submissions.ts";
import type { Outcome } from "../../lib/outcome/outcome.ts";
import type { PollStatus } from "../../lib/polls/poll-status.ts";

/** A source of a console whose polls a test writes: for thousands of polls, and for hostile texts. */
export interface SampleSource extends ConsoleSource {
  readonly polls: Map<string, PollStatus>;
  readonly letters: DeadLetter[];
  /** The messages that were submitted or redriven. */
  readonly sent: string[];
  /** Whether the stack is paused. */
  isPaused: boolean;
}

/** @param options.message the body of each poll's message */
export function createSampleSource(
  polls: readonly PollStatus[],
  options: {
    readonly letters?: readonly DeadLetter[];
    readonly message?: string;
    readonly outcome?: (poll: PollStatus) => Outcome;
    readonly isLocal?: boolean;
  } = {},
): SampleSource {
  const kept = new Map(polls.map((poll) => [poll.pollId, poll]));
  const letters = [...(options.letters ?? [])];
  const sent: string[] = [];
  const isEnded = (poll: PollStatus) => !["waiting", "held", "asking"].includes(poll.state);
  const source: SampleSource = {
    name: "sample",
    isLocal: options.isLocal ?? true,
    region: "us-east-1",
    hasTable: true,
    history: "answers",
    polls: kept,
    letters,
    sent,
    isPaused: false,
    send: async () => ({
      kind: "response",
      response: {
        status: 200,
        headers: { "content-type": "application/json" },
        body: { state: "running", progress: 40 },
      },
    }),
    lookAtMessage: async (pollId) => {
      const poll = kept.get(pollId);
      if (poll === undefined || isEnded(poll)) return undefined;
      const url = `${poll.origin}/jobs/1?sig=abc`;
      const headers = { authorization: "Bearer not-a-real-token", accept: "application/json" };
      const body = options.message ?? JSON.stringify({ pollId, request: { url, headers } });
      return { body, visibleAt: poll.dueAt ?? poll.changedAt };
    },
    client: {
      async *list() {
        yield* kept.values();
      },
      status: async (pollId) => kept.get(pollId),
      outcomeJson: async (pollId) => {
        const poll = kept.get(pollId);
        if (poll === undefined || !isEnded(poll)) return undefined;
        return JSON.stringify((options.outcome ?? outcomeOf)(poll));
      },
      cancel: async (pollId) => {
        const poll = kept.get(pollId);
        if (poll === undefined || isEnded(poll)) {
          return { state: poll?.state ?? "cancelled", cancelled: false };
        }
        kept.set(pollId, { ...poll, state: "cancelled" });
        return { state: "cancelled", cancelled: true };
      },
      nudge: async (pollId) => {
        const poll = kept.get(pollId);
        if (poll === undefined) return undefined;
        if (isEnded(poll)) return { nudged: false, state: poll.state };
        kept.set(pollId, { ...poll, isNudged: true });
        return { nudged: true, withinSeconds: (options.isLocal ?? true) ? 0 : 900 };
      },
      submit: async (message) => {
        sent.push(message);
        return "submitted-1";
      },
      async *deadLetters() {
        yield* letters;
      },
      redrive: async ({ ids, edits = {} } = {}) => {
        const wrong = Object.values(edits).flatMap((body, index) => {
          const reason = problemOf(body);
          return reason === undefined ? [] : [{ index, reason }];
        });
        if (wrong.length > 0) throw new InvalidMessageError(wrong, Object.keys(edits).length);
        const moved = letters.filter(({ messageId }) => ids?.includes(messageId) ?? true);
        for (const letter of moved) {
          letters.splice(letters.indexOf(letter), 1);
          sent.push(edits[letter.messageId] ?? letter.body);
        }
        return { moved: moved.length, outcomesLeft: 0 };
      },
      isPaused: async () => source.isPaused,
      depths: async () => ({
        waiting: kept.size,
        inFlight: 3,
        delayed: 40,
        outcomes: 12,
        deadLetters: letters.length,
      }),
    },
  };
  return source;
}

function outcomeOf({ pollId, state, startedAt, changedAt, retryCount }: PollStatus): Outcome {
  const hasSucceeded = state === "succeeded";
  return {
    outcomeId: `${pollId}@${startedAt}`,
    pollId,
    status: hasSucceeded ? "succeeded" : "failed",
    retryCount,
    startedAt,
    finishedAt: changedAt,
    response: {
      status: hasSucceeded ? 200 : 410,
      headers: { "content-type": "application/json", "set-cookie": "session=not-shown" },
      body: { state: hasSucceeded ? "done" : "gone" },
    },
    ...(!hasSucceeded && { error: { name: "HttpError", message: "the server answered 410" } }),
  };
}
