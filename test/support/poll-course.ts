import type { JsonObject } from "../../lib/json/json.ts";
import { pollerInMemory } from "./poller-in-memory.ts";

/** How many requests a poll makes if its job never ends. */
export const REQUESTS = 4;

const POLL = {
  pollId: "p",
  request: { url: "https://api.example/1" },
  maxRetries: REQUESTS - 1,
};

export interface Course {
  readonly delaySeconds: number;
  /** More fields of the poll's first message. */
  readonly first?: JsonObject;
  /** Later submissions under the same pollId, by their time in seconds. */
  readonly again?: Readonly<Record<number, JsonObject>>;
  readonly latencySeconds?: number;
  /** The Retry-After of the first response. */
  readonly retryAfterSeconds?: number;
  /** Whether SQS refuses the first requeue. */
  readonly isRefused?: boolean;
}

/**
 * Runs a poll whose job never ends, with a fence, for 13 hours.
 *
 * @returns the times of its requests in seconds, the most requests at once, and the statuses of its outcomes
 */
export async function runPoll({
  delaySeconds,
  first = {},
  again = {},
  latencySeconds = 0.2,
  retryAfterSeconds = 0,
  isRefused = false,
}: Course) {
  const askedAt: number[] = [];
  let [atOnce, most] = [0, 0];
  const { clock, polls, outcomes, stack } = pollerInMemory(async () => {
    askedAt.push(Math.floor((clock.now() - start) / 1000));
    const isFirst = askedAt.length === 1;
    most = Math.max(most, ++atOnce);
    await clock.sleep(latencySeconds * 1000);
    atOnce--;
    const headers = isFirst ? { "retry-after": String(retryAfterSeconds) } : {};
    return { kind: "response", response: { status: 202, headers, body: null } };
  });
  const start = clock.now();
  if (isRefused) polls.refuseEntries(1);
  polls.send({ ...POLL, delaySeconds, ...first });
  for (const [seconds, more] of Object.entries(again)) {
    clock.startTimer(() => polls.send({ ...POLL, delaySeconds, ...more }), Number(seconds) * 1000);
  }
  await stack.advance("13h");
  return { askedAt, most, ends: outcomes.sent.map(({ body }) => JSON.parse(body).status) };
}
