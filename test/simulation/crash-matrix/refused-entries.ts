import { expect } from "vitest";
import { invoke, takeBodies } from "./crash-cell.ts";
import { ALL_WELL, DELAY_SECONDS, type PollKind } from "./crash-world.ts";
import type { TwoSandboxes } from "./two-sandboxes.ts";

/** Selects records by their place among ten. */
type OfTen = (place: number) => boolean;

/** The entries that SQS refuses, by action and queue. */
type Refused = Readonly<Record<string, OfTen>>;

/** Longer than a poll's delay, and longer than a record is hidden after one failure. */
const SOON_MS = (DELAY_SECONDS + 5) * 1000;
/** Longer than these queues hide a message. */
const LATER_MS = 43_201_000;

const one = Array.from({ length: 10 }, (_, place) => 1 << place);
/** Bit masks of one of ten, all but one, and all ten. */
export const SUBSETS = [...one, ...one.map((mask) => 1023 ^ mask), 1023] as const;

const isIn =
  (mask: number): OfTen =>
  (place) =>
    ((mask >> place) & 1) === 1;

/** Requeues ten polls while SQS refuses some of the messages: only those records fail, and no poll is lost. */
export async function refuseRequeues(sandboxes: TwoSandboxes, mask: number): Promise<void> {
  const isRefused = isIn(mask);
  const refused = { "SendMessageBatch polls": isRefused };
  const { pollIds } = await runTen(sandboxes, "pending", refused, isRefused);
  expect(await takeVisible(sandboxes, SOON_MS)).toEqual(pollIds.toSorted());
}

/** Ends ten polls while SQS refuses some outcomes: only those records fail, and their outcomes are delivered later. */
export async function refuseOutcomes(sandboxes: TwoSandboxes, mask: number): Promise<void> {
  await refuseEnds(sandboxes, mask, "done", "outcomes");
}

/** Dead-letters ten poison records while SQS refuses some: only those records fail, and are dead-lettered later. */
export async function refuseDeadLetters(sandboxes: TwoSandboxes, mask: number): Promise<void> {
  await refuseEnds(sandboxes, mask, "poison", "dead-letters");
}

/** Fails ten records while SQS refuses some visibility changes: only those records come back late. */
export async function refuseBackoffs(sandboxes: TwoSandboxes, mask: number): Promise<void> {
  const isRefused = isIn(mask);
  const all = () => true;
  const refused = {
    "SendMessageBatch polls": all,
    "ChangeMessageVisibilityBatch polls": isRefused,
  };
  const { pollIds } = await runTen(sandboxes, "pending", refused, all);
  const late = pollIds.filter((_, place) => isRefused(place));
  const soon = pollIds.filter((_, place) => !isRefused(place));
  expect(await takeVisible(sandboxes, SOON_MS)).toEqual(soon.toSorted());
  expect(await takeVisible(sandboxes, LATER_MS)).toEqual(late.toSorted());
}

async function refuseEnds(
  sandboxes: TwoSandboxes,
  mask: number,
  kind: PollKind,
  queueName: "outcomes" | "dead-letters",
): Promise<void> {
  const { world, first } = sandboxes;
  const { queues } = world;
  const isRefused = isIn(mask);
  const refused = { [`SendMessageBatch ${queueName}`]: isRefused };
  const { pollIds, cell } = await runTen(sandboxes, kind, refused, isRefused);
  queues.advance(SOON_MS);
  const again = await queues.event();
  await world.queues.acknowledge(again, await invoke(first, again));
  const queueUrl = queueName === "outcomes" ? queues.outcomeQueueUrl : queues.deadLetterQueueUrl;
  const ended = (await takeBodies(world, queueUrl, cell)).map((body) => JSON.parse(body).pollId);
  expect(ended.toSorted(), queueName).toEqual(pollIds.toSorted());
  expect(await takeVisible(sandboxes, LATER_MS), "still in the queue").toEqual([]);
}

/** Processes ten records of a kind while entries are refused; checks that exactly the expected records fail. */
async function runTen(
  { world, first, newCell }: TwoSandboxes,
  kind: PollKind,
  refused: Refused,
  isFailing: OfTen,
): Promise<{ readonly pollIds: readonly string[]; readonly cell: string }> {
  const { queues } = world;
  const cell = newCell();
  world.atPoint = ALL_WELL;
  const event = await world.submitTen(cell, kind);
  queues.fail({
    entry: (action, queueName, entryId) =>
      refused[`${action} ${queueName}`]?.(Number(entryId)) ? "InternalError" : undefined,
  });
  const response = await invoke(first, event);
  queues.fail({});
  const failing = event.Records.filter((_, place) => isFailing(place));
  expect(response.batchItemFailures).toEqual(
    failing.map(({ messageId }) => ({ itemIdentifier: messageId })),
  );
  await world.queues.acknowledge(event, response);
  return { pollIds: event.Records.map(({ body }) => JSON.parse(body).pollId), cell };
}

/** Receives what is visible after a time; returns the polls, sorted. */
async function takeVisible({ world }: TwoSandboxes, ms: number): Promise<string[]> {
  world.queues.advance(ms);
  const event = await world.queues.event();
  await world.queues.acknowledge(event, { batchItemFailures: [] });
  const pollIds: string[] = event.Records.map(({ body }) => JSON.parse(body).pollId);
  return pollIds.toSorted();
}
