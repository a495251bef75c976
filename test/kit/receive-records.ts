import { ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";
import type { WaitingRecord } from "../../infra/local/event-source-mapping/gather-batch.ts";
import { lambdaRecord } from "../../infra/local/event-source-mapping/lambda-record.ts";
import { queueWorldOf } from "./queue-world.ts";
import type { TestClock } from "./test-clock.ts";
import type { TestQueue } from "./test-queue.ts";

/** A received record that is not yet in a batch. */
export interface ReceivedRecord extends WaitingRecord {
  readonly record: SQSRecord;
}

/** Receives the messages that are visible now, if there are any; returns `undefined` when the call fails. */
export async function receiveRecords(
  { client, name, url, arn, clock }: TestQueue,
  maxMessages: number,
): Promise<ReceivedRecord[] | undefined> {
  if (!isAnyVisible(name, clock)) return [];
  const command = new ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: maxMessages,
    WaitTimeSeconds: 0,
    MessageAttributeNames: ["All"],
    MessageSystemAttributeNames: ["All"],
  });
  const response = await client.send(command).catch(() => undefined);
  return (
    response &&
    (response.Messages ?? []).map((message) => {
      const record = lambdaRecord(message, arn);
      return { record, bytes: Buffer.byteLength(JSON.stringify(record)), receivedAt: clock.now() };
    })
  );
}

function isAnyVisible(name: string, clock: TestClock): boolean {
  const queue = queueWorldOf(clock).service.queues.byName(name);
  queue.advanceTo(clock.now());
  return queue.store.visibleCount > 0;
}

/** Calls `wake` whenever a message of the queue can be received. */
export function watchVisible({ name }: TestQueue, clock: TestClock, wake: () => void): void {
  const { service } = queueWorldOf(clock);
  const queue = service.queues.byName(name);
  const { store } = queue;
  let wakesAt = Number.POSITIVE_INFINITY;
  let stop = (): void => {};
  const watch = (): void => {
    const now = clock.now();
    const visibleAt = store.visibleCount > 0 ? now : store.nextVisibleAt();
    if (visibleAt === undefined || visibleAt >= wakesAt) return;
    stop();
    wakesAt = visibleAt;
    stop = clock.startTimer(() => {
      wakesAt = Number.POSITIVE_INFINITY;
      wake();
      // Else who was woken up receives what is visible, as soon as it can, and this is a change.
      queue.advanceTo(clock.now());
      if (store.visibleCount === 0) watch();
    }, visibleAt - now);
  };
  service.onChange(watch);
  watch();
}
