import { expect } from "vitest";
import { invoke } from "./crash-cell.ts";
import { ALL_WELL } from "./crash-world.ts";
import type { TwoSandboxes } from "./two-sandboxes.ts";

/** Requeues ten polls of which SQS refuses a subset: those alone fail, and nothing is lost of them either. */
export async function refuseEntries(
  { world, first, newCell }: TwoSandboxes,
  mask: number,
): Promise<void> {
  const { queues } = world;
  const cell = newCell();
  world.atPoint = ALL_WELL;
  const event = await world.submitPending(cell, 10);
  const isRefused = (place: number) => ((mask >> place) & 1) === 1;
  queues.fail({
    entry: (action, _queue, entryId) =>
      action === "SendMessageBatch" && isRefused(Number(entryId)) ? "InternalError" : undefined,
  });
  const response = await invoke(first, event);
  queues.fail({});
  const refused = event.Records.filter((_, place) => isRefused(place));
  expect(response.batchItemFailures).toEqual(
    refused.map(({ messageId }) => ({ itemIdentifier: messageId })),
  );
  await world.acknowledge(event, response);
  queues.advance(5000);
  const next = await queues.event();
  const pollIds = next.Records.map(({ body }) => JSON.parse(body).pollId);
  expect(new Set(pollIds).size, "polls in the queue").toBe(10);
  expect(pollIds).toHaveLength(10);
  await world.acknowledge(next, { batchItemFailures: [] });
}
