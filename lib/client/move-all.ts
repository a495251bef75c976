import { setTimeout as sleep } from "node:timers/promises";
import type { ListMessageMoveTasksResultEntry } from "@aws-sdk/client-sqs";
import { queueArn } from "./queue-attributes.ts";
import type { RedriveOptions, RedriveQueues } from "./redrive.ts";
import type { Services } from "./services.ts";

const PAUSE_MS = 500;

/** As many as ListMessageMoveTasks gives (Amazon SQS API Reference). */
const MOST_LISTED = 10;

/**
 * Moves all dead letters by SQS's own message move task, and waits for its end.
 *
 * @returns how many were moved; `undefined` when SQS does not start a task: servers with its API may not know it, and a
 *   role may not have the right
 * @throws when the task fails; the signal's reason when it aborts, after the task was cancelled
 */
export async function moveAll(
  services: Pick<Services, "sqs">,
  { deadLetterQueueUrl, queueUrl }: RedriveQueues,
  { signal, onProgress }: Pick<RedriveOptions, "signal" | "onProgress">,
): Promise<number | undefined> {
  const { client, ...sdk } = await services.sqs();
  const SourceArn = await queueArn(services, deadLetterQueueUrl);
  // Without a destination, SQS refuses letters that the poller has sent itself.
  const DestinationArn = await queueArn(services, queueUrl);
  const list = new sdk.ListMessageMoveTasksCommand({ SourceArn, MaxResults: MOST_LISTED });
  const tasks = async () => (await client.send(list)).Results ?? [];
  const before = await tasks().then(
    ([latest]) => latest?.StartedTimestamp ?? 0,
    () => undefined,
  );
  const start = new sdk.StartMessageMoveTaskCommand({ SourceArn, DestinationArn });
  const started = await client.send(start).catch(() => undefined);
  if (started === undefined) return undefined;
  const { TaskHandle } = started;
  for (;;) {
    // A task that has just been started may not be listed yet.
    const task = ownIn(await tasks(), TaskHandle, before) ?? { Status: "RUNNING" };
    const moved = task.ApproximateNumberOfMessagesMoved ?? 0;
    onProgress?.(moved);
    if (task.Status === "COMPLETED") return moved;
    if (task.Status !== "RUNNING" && task.Status !== "CANCELLING") {
      const why = task.FailureReason === undefined ? "" : `: ${task.FailureReason}`;
      throw new Error(`the redrive ended as ${task.Status} after ${moved} letters${why}`);
    }
    if (signal?.aborted) {
      if (task.Status === "RUNNING") {
        await client.send(new sdk.CancelMessageMoveTaskCommand({ TaskHandle }));
      }
      signal.throwIfAborted();
    }
    await sleep(PAUSE_MS, undefined, signal && { signal }).catch(() => undefined);
  }
}

/**
 * Only a running task has its handle. One that has ended is the first that was started since: others may have followed.
 *
 * @param tasks the latest first
 * @param before when the latest one before it was started; `undefined` when that is not known: the latest is then taken
 */
function ownIn(
  tasks: readonly ListMessageMoveTasksResultEntry[],
  handle: string | undefined,
  before: number | undefined,
): ListMessageMoveTasksResultEntry | undefined {
  const own = tasks.find(({ TaskHandle }) => TaskHandle === handle);
  if (own !== undefined || before === undefined) return own ?? tasks[0];
  return tasks.findLast(({ StartedTimestamp = 0 }) => StartedTimestamp > before);
}
