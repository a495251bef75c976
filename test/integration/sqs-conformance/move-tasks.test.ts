import {
  CancelMessageMoveTaskCommand,
  ListMessageMoveTasksCommand,
  type ListMessageMoveTasksResultEntry,
  StartMessageMoveTaskCommand,
  type StartMessageMoveTaskCommandInput,
} from "@aws-sdk/client-sqs";
import { expect, vi } from "vitest";
import { EVENTUALLY, present, refusal, row, useTarget } from "./target.ts";

const target = useTarget();

const start = (input: StartMessageMoveTaskCommandInput) =>
  target.sqs.send(new StartMessageMoveTaskCommand(input));
const cancel = (TaskHandle: string | undefined) =>
  target.sqs.send(new CancelMessageMoveTaskCommand({ TaskHandle }));

async function latestTask(SourceArn: string): Promise<ListMessageMoveTasksResultEntry> {
  const { Results } = await target.sqs.send(new ListMessageMoveTasksCommand({ SourceArn }));
  return present(Results?.[0], "a move task");
}

const ended = (sourceArn: string, status: string) =>
  vi.waitFor(async () => expect((await latestTask(sourceArn)).Status).toBe(status), EVENTUALLY);

/** A queue, and its dead-letter queue with `count` dead letters. */
async function deadLettered(count: number) {
  const deadLetters = await target.queue();
  const sourceArn = await target.arn(deadLetters);
  const queue = await target.queue({
    VisibilityTimeout: "0",
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: sourceArn, maxReceiveCount: 1 }),
  });
  const ids: string[] = [];
  for (let index = 0; index < count; index += 1) {
    await target.send(queue, `dead ${index}`);
    ids.push((await target.receiveOne(queue)).MessageId);
    expect(await target.receive(queue)).toEqual([]);
  }
  return { queue, deadLetters, sourceArn, ids };
}

row(
  "moves dead letters back to the queue they came from, as new messages",
  "StartMessageMoveTask: 'redriven back to their respective original source queues'; Configure a dead-letter queue redrive: new messageID and enqueueTime",
  async () => {
    const { queue, deadLetters, sourceArn, ids } = await deadLettered(1);
    await start({ SourceArn: sourceArn });
    const message = await target.receiveOne(queue);
    expect(message.Body).toBe("dead 0");
    expect(ids).not.toContain(message.MessageId);
    expect(message.Attributes?.ApproximateReceiveCount).toBe("1");
    expect(message.Attributes?.DeadLetterQueueSourceArn).toBeUndefined();
    expect(await target.receive(deadLetters)).toEqual([]);
  },
);

row("moves dead letters to another queue", "StartMessageMoveTask: DestinationArn", async () => {
  const { sourceArn } = await deadLettered(2);
  const elsewhere = await target.queue();
  await start({ SourceArn: sourceArn, DestinationArn: await target.arn(elsewhere) });
  const bodies = [await target.receiveOne(elsewhere), await target.receiveOne(elsewhere)];
  expect(bodies.map(({ Body }) => Body).sort()).toEqual(["dead 0", "dead 1"]);
});

row("lists a task with its result", "ListMessageMoveTasks", async () => {
  const { queue, sourceArn } = await deadLettered(1);
  const before = Date.now();
  await start({ SourceArn: sourceArn });
  await target.receiveOne(queue);
  await ended(sourceArn, "COMPLETED");
  const task = await latestTask(sourceArn);
  expect(task).toMatchObject({
    SourceArn: sourceArn,
    ApproximateNumberOfMessagesMoved: 1,
    ApproximateNumberOfMessagesToMove: 1,
  });
  expect(task.TaskHandle).toBeUndefined();
  expect(task.StartedTimestamp).toBeGreaterThanOrEqual(before - 1000);
});

row(
  "keeps to its rate, and stops when cancelled",
  "StartMessageMoveTask: MaxNumberOfMessagesPerSecond; CancelMessageMoveTask",
  async () => {
    const { queue, sourceArn } = await deadLettered(3);
    const { TaskHandle } = await start({ SourceArn: sourceArn, MaxNumberOfMessagesPerSecond: 1 });
    const running = await latestTask(sourceArn);
    expect(running).toMatchObject({
      Status: "RUNNING",
      TaskHandle,
      ApproximateNumberOfMessagesToMove: 3,
    });
    await target.receiveOne(queue);
    const { ApproximateNumberOfMessagesMoved: moved } = await cancel(TaskHandle);
    expect(moved).toBeGreaterThanOrEqual(1);
    expect(moved).toBeLessThan(3);
    await ended(sourceArn, "CANCELLED");
  },
);

row(
  "runs one task per queue",
  "StartMessageMoveTask: 'Only one active message movement task is supported per queue'",
  async () => {
    const { sourceArn } = await deadLettered(2);
    const { TaskHandle } = await start({ SourceArn: sourceArn, MaxNumberOfMessagesPerSecond: 1 });
    expect(await refusal(start({ SourceArn: sourceArn }))).toBe("InvalidParameterValue");
    await cancel(TaskHandle);
  },
);

row(
  "moves messages only from dead-letter queues",
  "StartMessageMoveTask: 'limited to supporting message redrive from queues that are configured as dead-letter queues'",
  async () => {
    const SourceArn = await target.arn(await target.queue());
    expect(await refusal(start({ SourceArn }))).toBe("InvalidParameterValue");
  },
);

row("needs a source that exists", "StartMessageMoveTask: ResourceNotFoundException", async () => {
  const SourceArn = `${await target.arn(await target.queue())}-not`;
  expect(await refusal(start({ SourceArn }))).toBe("ResourceNotFoundException");
});

row(
  "needs a destination that exists",
  "StartMessageMoveTask: ResourceNotFoundException",
  async () => {
    const { sourceArn } = await deadLettered(0);
    const starting = start({ SourceArn: sourceArn, DestinationArn: `${sourceArn}-not` });
    expect(await refusal(starting)).toBe("ResourceNotFoundException");
  },
);

row(
  "refuses 501 messages per second",
  "StartMessageMoveTask: 'The maximum value for messages per second is 500'",
  async () => {
    const { sourceArn } = await deadLettered(0);
    const starting = start({ SourceArn: sourceArn, MaxNumberOfMessagesPerSecond: 501 });
    expect(await refusal(starting)).toBe("InvalidParameterValue");
  },
);

row("refuses to cancel by a malformed handle", "CancelMessageMoveTask: TaskHandle", async () => {
  expect(await refusal(cancel("malformed"))).toBe("InvalidParameterValue");
});

row(
  "refuses to cancel a task that has ended",
  "CancelMessageMoveTask: 'can only be cancelled when the current status is RUNNING'",
  async () => {
    const { queue, sourceArn } = await deadLettered(1);
    const { TaskHandle } = await start({ SourceArn: sourceArn });
    await target.receiveOne(queue);
    await ended(sourceArn, "COMPLETED");
    expect(["InvalidParameterValue", "ResourceNotFoundException"]).toContain(
      await refusal(cancel(TaskHandle)),
    );
  },
);
