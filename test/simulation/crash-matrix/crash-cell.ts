import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { expect, vi } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import type { loadPoller } from "../../support/poller-bundle.ts";
import { ALL_WELL, type CrashWorld, POLLS } from "./crash-world.ts";
import { type AtPoint, type Mishap, type Point, traveller } from "./points.ts";

export type Sandbox = Awaited<ReturnType<typeof loadPoller>>;

/** Longer than SQS hides a message, and longer than any lease. */
const LATER_MS = 43_201_000;
const MAX_ROUNDS = 6;

/** Something that happens at a point, and how often it has. */
export interface Happening {
  readonly atPoint: AtPoint;
  readonly times: number;
}

/** Has something happen once the traveller comes by a point: to it alone, and to no other poll's call. */
export function whenAt(
  point: Point,
  cell: string,
  happens: () => Promise<Mishap> | Mishap,
  mostTimes: number = 1,
): Happening {
  let times = 0;
  return {
    async atPoint(passed, text) {
      const isHere = passed === point && text.includes(`${traveller(point)}-${cell}`);
      if (!isHere || times === mostTimes) return "none";
      times++;
      return happens();
    },
    get times() {
      return times;
    },
  };
}

/** Runs the records to their end where nothing fails any more, and checks what must have come of them. */
export async function endsWell(
  world: CrashWorld,
  sandbox: Sandbox,
  cell: string,
  faults: number,
): Promise<void> {
  world.atPoint = ALL_WELL;
  const { queues } = world;
  for (let round = 0; ; round++) {
    vi.setSystemTime(Date.now() + LATER_MS);
    queues.advance(LATER_MS);
    const event = await queues.event();
    if (event.Records.length === 0) break;
    expect(round, "rounds until every poll has ended").toBeLessThan(MAX_ROUNDS);
    await world.acknowledge(event, await invoke(sandbox, event));
  }
  await checkOutcomes(world, cell);
  const letters = await bodiesOf(world, queues.deadLetterQueueUrl, cell);
  expect(new Set(letters.map((body) => JSON.parse(body).pollId)), "dead letters").toEqual(
    new Set([`poison-${cell}`]),
  );
  expect(world.requests.get(`pending-${cell}`), "requests").toBeGreaterThanOrEqual(2);
  for (const poll of POLLS) {
    const needed = poll === "pending" ? 2 : 1;
    const made = world.requests.get(`${poll}-${cell}`);
    expect(made, `requests of ${poll}`).toBeLessThanOrEqual(needed + faults);
  }
}

/** Each poll has one outcome, in the same bytes however often it was delivered. */
async function checkOutcomes(world: CrashWorld, cell: string): Promise<void> {
  const bodies = await bodiesOf(world, world.queues.outcomeQueueUrl, cell);
  const different = [...new Set(bodies)].map((body) => JSON.parse(body));
  const ends = different.map(({ pollId, status }) => `${pollId} ${status}`).sort();
  const expected = POLLS.map(
    (poll) => `${poll}-${cell} ${poll === "failing" ? "failed" : "succeeded"}`,
  );
  expect(ends, "outcomes").toEqual(expected.sort());
}

/** The bodies of a queue's messages of one cell. */
async function bodiesOf({ queues }: CrashWorld, queueUrl: string, cell: string) {
  const messages = await queues.receive(queueUrl);
  return messages.map(({ Body = "" }) => Body).filter((body) => body.includes(`-${cell}"`));
}

export function invoke(
  sandbox: Sandbox,
  event: SQSEvent,
  remainingMs: number = 60_000,
): Promise<SQSBatchResponse> {
  const endsAt = performance.now() + remainingMs;
  return sandbox(
    event,
    lambdaContext(() => endsAt - performance.now()),
  );
}
