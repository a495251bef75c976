import { PurgeQueueCommand } from "@aws-sdk/client-sqs";
import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { expect, vi } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import type { loadPoller } from "../../support/poller-bundle.ts";
import { ALL_WELL, type CrashWorld, DELAY_SECONDS, POLLS, type PollKind } from "./crash-world.ts";
import { type AtPoint, type Mishap, type Point, traveller } from "./points.ts";

export type Sandbox = Awaited<ReturnType<typeof loadPoller>>;

/** Longer than SQS hides a message, and longer than any lease. */
const LATER_MS = 43_201_000;
const MAX_ROUNDS = 6;

/** Before a poll's next request is due, even if the clock of a killed process has run ahead meanwhile. */
const TOO_EARLY_MS = (DELAY_SECONDS - 10) * 1000;

/** Something that happens at a point, and how many times it has. */
export interface Happening {
  readonly atPoint: AtPoint;
  readonly times: number;
}

/** Makes something happen when the traveller passes a point; calls of other polls are not affected. */
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

/** What the end of a cell depends on. */
export interface CellEnd {
  /** Whether the start may have been lost, so that its poll ends as unknown. */
  readonly mayBeUnknown: boolean;
  /** The polls that were cancelled before they had ended. `@default` none */
  readonly cancelled?: ReadonlySet<string>;
  /** Whether some polls are a group. `@default` false */
  readonly hasGroup?: boolean;
}

/** Runs the records to their end without further faults, and checks the results. */
export async function endsWell(
  world: CrashWorld,
  sandbox: Sandbox,
  cell: string,
  end: CellEnd,
): Promise<void> {
  world.atPoint = ALL_WELL;
  const { queues } = world;
  const receiveIn = (ms: number) => {
    vi.setSystemTime(Date.now() + ms);
    queues.advance(ms);
    return queues.event();
  };
  const early = await receiveIn(TOO_EARLY_MS);
  expect(Math.max(0, ...early.Records.map(retryCountOf)), "retries before their delay").toBe(0);
  await world.queues.acknowledge(early, await invoke(sandbox, early));
  for (let round = 0; ; round++) {
    const event = await receiveIn(LATER_MS);
    if (event.Records.length === 0) break;
    expect(round, "rounds until every poll has ended").toBeLessThan(MAX_ROUNDS);
    await world.queues.acknowledge(event, await invoke(sandbox, event));
  }
  await checkOutcomes(world, cell, end);
  const letters = await takeBodies(world, queues.deadLetterQueueUrl, cell);
  expect(new Set(letters.map((body) => JSON.parse(body).pollId)), "dead letters").toEqual(
    new Set([`poison-${cell}`]),
  );
  const pending = `pending-${cell}`;
  if (!end.cancelled?.has(pending)) {
    expect(world.requests.get(pending), "requests").toBeGreaterThanOrEqual(2);
  }
  for (const poll of POLLS) {
    const most = poll === "starting" ? 1 : poll === "pending" ? 3 : 2;
    const made = world.requests.get(`${poll}-${cell}`) ?? 0;
    expect(made, `requests of ${poll}`).toBeLessThanOrEqual(most);
    const stops = world.requests.get(`stop-${poll}-${cell}`) ?? 0;
    const mostStops = end.cancelled?.has(`${poll}-${cell}`) ? 1 : 0;
    expect(stops, `aborts of ${poll}`).toBeLessThanOrEqual(mostStops);
  }
}

/** How the members of a cell's group end. */
const GROUP_COUNTS = { succeeded: 2, failed: 1, exhausted: 0, expired: 0, cancelled: 0 };

/** Checks that each poll, and the group, has one outcome, identical in all its deliveries. */
async function checkOutcomes(
  world: CrashWorld,
  cell: string,
  { mayBeUnknown, cancelled = new Set(), hasGroup = false }: CellEnd,
): Promise<void> {
  const all = await takeBodies(world, world.queues.outcomeQueueUrl, cell);
  const isOfGroup = (body: string) => body.includes('"groupId":');
  const ofGroup = [...new Set(all.filter(isOfGroup))].map((body) => JSON.parse(body));
  const counted = { groupId: `done-${cell}`, size: 3, status: "failed", counts: GROUP_COUNTS };
  expect(ofGroup, "outcomes of the group").toMatchObject(hasGroup ? [counted] : []);
  const bodies = all.filter((body) => !isOfGroup(body));
  const different = [...new Set(bodies)].map((body) => JSON.parse(body));
  const isUnknown = different.some(({ error }) => error?.name === "StartUnknownError");
  if (isUnknown) expect(mayBeUnknown, "a start that may be unknown").toBe(true);
  else if (!cancelled.has(`starting-${cell}`)) {
    expect(world.requests.get(`starting-${cell}/job`), "polls of the job").toBeGreaterThan(0);
  }
  const onBus = world.services.accepted.map(({ json }) => json);
  const done = (body: string) => body.includes(`"done-${cell}"`);
  expect(new Set(onBus.filter(done)), "events").toEqual(new Set(bodies.filter(done)));
  const ends = different.map(({ pollId, status }) => `${pollId} ${status}`).sort();
  const endAs = (poll: PollKind) =>
    cancelled.has(`${poll}-${cell}`) ? "cancelled" : endOf(poll, isUnknown);
  const expected = POLLS.map((poll) => `${poll}-${cell} ${endAs(poll)}`);
  expect(ends, "outcomes").toEqual(expected.sort());
  for (const { pollId, status } of different) {
    expect((await world.status(pollId)).state, `what the row of ${pollId} says`).toBe(status);
  }
  for (const { pollId, retryCount } of different) {
    const mostRetries = /^(?:pending|starting)/.test(pollId) ? 1 : 0;
    expect(retryCount, `retryCount of ${pollId}`).toBeLessThanOrEqual(mostRetries);
  }
}

function endOf(poll: PollKind, isUnknown: boolean): string {
  return poll === "failing" || (poll === "starting" && isUnknown) ? "failed" : "succeeded";
}

function retryCountOf({ body }: SQSRecord): number {
  return JSON.parse(body).retryCount ?? 0;
}

/** Empties a queue, and returns the bodies of its messages that belong to one cell. Cells run one after the other. */
export async function takeBodies({ queues }: CrashWorld, queueUrl: string, cell: string) {
  const messages = await queues.receive(queueUrl);
  await queues.sqs.send(new PurgeQueueCommand({ QueueUrl: queueUrl }));
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
