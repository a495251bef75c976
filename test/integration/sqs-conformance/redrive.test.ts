import {
  DeleteMessageCommand,
  ListDeadLetterSourceQueuesCommand,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect } from "vitest";
import { refusal, row, useTarget } from "./target.ts";

const target = useTarget();
const PAGE = "Using dead-letter queues in Amazon SQS";

const redriveTo = (deadLetterTargetArn: string, maxReceiveCount: number | string) => ({
  RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }),
});

async function queueWithDeadLetters(maxReceiveCount: number | string, attributes = {}) {
  const deadLetters = await target.queue();
  const queue = await target.queue({
    VisibilityTimeout: "0",
    ...attributes,
    ...redriveTo(await target.arn(deadLetters), maxReceiveCount),
  });
  return { queue, deadLetters };
}

describe.concurrent("a message received too often", () => {
  for (const maxReceiveCount of [1, 3, "2"]) {
    row(
      `moves after ${maxReceiveCount} receives, not before`,
      `${PAGE}: maxReceiveCount`,
      async () => {
        const { queue, deadLetters } = await queueWithDeadLetters(maxReceiveCount);
        await target.send(queue, "x");
        for (let receive = 1; receive <= Number(maxReceiveCount); receive += 1) {
          expect((await target.receiveOne(queue)).Attributes?.ApproximateReceiveCount).toBe(
            String(receive),
          );
        }
        expect(await target.receive(queue)).toEqual([]);
        expect((await target.receiveOne(deadLetters)).Body).toBe("x");
      },
    );
  }

  row(
    "keeps its id, attributes and enqueue time, and names its source",
    `${PAGE}; Setting-up dead-letter queue retention: 'the enqueue timestamp is unchanged'; ReceiveMessage: DeadLetterQueueSourceArn`,
    async () => {
      const { queue, deadLetters } = await queueWithDeadLetters(1);
      const MessageAttributes = { name: { DataType: "String", StringValue: "value" } };
      await target.send(queue, "x", { MessageAttributes, MessageGroupId: "tenant-1" });
      const alive = await target.receiveOne(queue);
      expect(await target.receive(queue)).toEqual([]);
      const dead = await target.receiveOne(deadLetters, { MessageAttributeNames: ["All"] });
      expect(dead.MessageId).toBe(alive.MessageId);
      expect(dead.MessageAttributes).toEqual(MessageAttributes);
      expect(dead.Attributes).toMatchObject({
        SentTimestamp: alive.Attributes?.SentTimestamp,
        MessageGroupId: "tenant-1",
        DeadLetterQueueSourceArn: await target.arn(queue),
        ApproximateReceiveCount: "2",
      });
    },
  );

  row("moves while a receive waits", `${PAGE}: maxReceiveCount`, async () => {
    const { queue, deadLetters } = await queueWithDeadLetters(1, { VisibilityTimeout: "1" });
    await target.send(queue, "x");
    await target.receiveOne(queue);
    const [again, dead] = await Promise.all([
      target.receive(queue, { WaitTimeSeconds: 2 }),
      target.receive(deadLetters, { WaitTimeSeconds: 20 }),
    ]);
    expect(again).toEqual([]);
    expect(dead.map(({ Body }) => Body)).toEqual(["x"]);
  });

  row("does not move once it is deleted", PAGE, async () => {
    const { queue, deadLetters } = await queueWithDeadLetters(1);
    await target.send(queue, "x");
    const { ReceiptHandle } = await target.receiveOne(queue);
    await target.sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle }));
    expect(await target.receive(queue)).toEqual([]);
    expect(await target.receive(deadLetters)).toEqual([]);
  });

  row("stays once the policy is taken away", "SetQueueAttributes: RedrivePolicy", async () => {
    const { queue } = await queueWithDeadLetters(1);
    await target.send(queue, "x");
    await target.receiveOne(queue);
    await target.sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: queue, Attributes: { RedrivePolicy: "" } }),
    );
    expect((await target.receiveOne(queue)).Attributes?.ApproximateReceiveCount).toBe("2");
    expect((await target.attributes(queue)).RedrivePolicy).toBeUndefined();
  });
});

describe.concurrent("the redrive policy", () => {
  row(
    "is refused without its target",
    "CreateQueue: RedrivePolicy, deadLetterTargetArn",
    async () => {
      const arn = await target.arn(await target.queue());
      const refused = await refusal(target.queue(redriveTo(`${arn}-not`, 3)));
      expect(["InvalidParameterValue", "QueueDoesNotExist"]).toContain(refused);
    },
  );

  for (const policy of ["not json", "{}", '{"deadLetterTargetArn":"dummy","maxReceiveCount":3}']) {
    row(`is refused as ${policy}`, "CreateQueue: RedrivePolicy, 'as a JSON object'", async () => {
      expect(await refusal(target.queue({ RedrivePolicy: policy }))).toMatch(
        /^Invalid(ParameterValue|AttributeValue)$/,
      );
    });
  }

  for (const maxReceiveCount of [0, 1001]) {
    row(
      `is refused with maxReceiveCount ${maxReceiveCount}`,
      "CreateQueue: RedrivePolicy, maxReceiveCount (1 to 1000)",
      async () => {
        const arn = await target.arn(await target.queue());
        expect(await refusal(target.queue(redriveTo(arn, maxReceiveCount)))).toMatch(
          /^Invalid(ParameterValue|AttributeValue)$/,
        );
      },
    );
  }

  row("lists the source queues of a dead-letter queue", "ListDeadLetterSourceQueues", async () => {
    const { queue, deadLetters } = await queueWithDeadLetters(3);
    const list = (QueueUrl: string) =>
      target.sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl }));
    expect((await list(deadLetters)).queueUrls).toEqual([queue]);
    expect((await list(queue)).queueUrls ?? []).toEqual([]);
  });
});

describe.concurrent("the redrive allow policy", () => {
  const allow = (policy: object) => ({ RedriveAllowPolicy: JSON.stringify(policy) });

  row("denyAll lets no queue use it", "CreateQueue: RedriveAllowPolicy, denyAll", async () => {
    const deadLetters = await target.queue(allow({ redrivePermission: "denyAll" }));
    const creating = target.queue(redriveTo(await target.arn(deadLetters), 3));
    expect(await refusal(creating)).toMatch(/^Invalid(ParameterValue|AttributeValue)$/);
  });

  row(
    "byQueue lets the queues named use it",
    "CreateQueue: RedriveAllowPolicy, byQueue",
    async () => {
      const deadLetters = await target.queue();
      const deadLettersArn = await target.arn(deadLetters);
      const name = target.queueName();
      const sourceQueueArns = [deadLettersArn.replace(/[^:]+$/, name)];
      await target.sqs.send(
        new SetQueueAttributesCommand({
          QueueUrl: deadLetters,
          Attributes: allow({ redrivePermission: "byQueue", sourceQueueArns }),
        }),
      );
      await target.queue(redriveTo(deadLettersArn, 3), name);
      expect(await refusal(target.queue(redriveTo(deadLettersArn, 3)))).toMatch(
        /^Invalid(ParameterValue|AttributeValue)$/,
      );
    },
  );

  row(
    "is refused with an unknown permission",
    "CreateQueue: RedriveAllowPolicy, 'Valid values'",
    async () => {
      const creating = target.queue(allow({ redrivePermission: "allowSome" }));
      expect(await refusal(creating)).toMatch(/^Invalid(ParameterValue|AttributeValue)$/);
    },
  );
});
