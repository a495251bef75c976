import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  type QueueAttributeName,
  SetQueueAttributesCommand,
} from "@aws-sdk/client-sqs";
import { describe, expect, vi } from "vitest";
import { EVENTUALLY, refusal, row, useTarget } from "./target.ts";

const target = useTarget();

const set = (QueueUrl: string, Attributes: Record<string, string>) =>
  target.sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes }));
const get = (QueueUrl: string, AttributeNames?: QueueAttributeName[]) =>
  target.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, ...(AttributeNames && { AttributeNames }) }),
  );

describe.concurrent("reading", () => {
  row("a new queue has the documented defaults", "CreateQueue: Attributes", async () => {
    expect(await target.attributes(await target.queue())).toMatchObject({
      DelaySeconds: "0",
      MaximumMessageSize: "1048576",
      MessageRetentionPeriod: "345600",
      ReceiveMessageWaitTimeSeconds: "0",
      VisibilityTimeout: "30",
    });
  });

  row("only the named attributes are returned", "GetQueueAttributes: AttributeNames", async () => {
    const { Attributes } = await get(await target.queue(), ["DelaySeconds", "VisibilityTimeout"]);
    expect(Attributes).toEqual({ DelaySeconds: "0", VisibilityTimeout: "30" });
  });

  row(
    "without names, no attributes are returned",
    "GetQueueAttributes: 'if you don't specify values ... the request returns empty results'",
    async () => {
      expect((await get(await target.queue())).Attributes ?? {}).toEqual({});
    },
  );

  row(
    "an attribute that was never set is left out",
    "GetQueueAttributes: RedrivePolicy",
    async () => {
      expect((await get(await target.queue(), ["RedrivePolicy"])).Attributes ?? {}).toEqual({});
    },
  );

  row(
    "a queue has its ARN and its times",
    "GetQueueAttributes: QueueArn, CreatedTimestamp, LastModifiedTimestamp",
    async () => {
      const name = target.queueName();
      const before = Math.floor(Date.now() / 1000);
      const attributes = await target.attributes(await target.queue({}, name));
      expect(attributes.QueueArn).toMatch(new RegExp(`^arn:[^:]+:sqs:[^:]+:\\d{12}:${name}$`));
      for (const time of [attributes.CreatedTimestamp, attributes.LastModifiedTimestamp]) {
        expect(Number(time)).toBeGreaterThanOrEqual(before - 1);
        expect(Number(time)).toBeLessThanOrEqual(Date.now() / 1000 + 1);
      }
    },
  );

  row(
    "messages are counted as visible, in flight or delayed",
    "GetQueueAttributes: ApproximateNumberOfMessages, -NotVisible, -Delayed",
    async () => {
      const queue = await target.queue();
      for (const body of ["a", "b", "c"]) await target.send(queue, body);
      await target.send(queue, "late", { DelaySeconds: 900 });
      await target.receiveOne(queue);
      await vi.waitFor(
        async () =>
          expect(await target.attributes(queue)).toMatchObject({
            ApproximateNumberOfMessages: "2",
            ApproximateNumberOfMessagesNotVisible: "1",
            ApproximateNumberOfMessagesDelayed: "1",
          }),
        EVENTUALLY,
      );
    },
  );

  row("refuses a queue that does not exist", "GetQueueAttributes: QueueDoesNotExist", async () => {
    expect(await refusal(get(`${await target.queue()}-not`, ["All"]))).toBe("QueueDoesNotExist");
  });
});

describe.concurrent("writing", () => {
  const changed = {
    DelaySeconds: "5",
    MaximumMessageSize: "2048",
    MessageRetentionPeriod: "1209600",
    ReceiveMessageWaitTimeSeconds: "20",
    VisibilityTimeout: "43200",
  };

  row("at creation", "CreateQueue: Attributes", async () => {
    expect(await target.attributes(await target.queue(changed))).toMatchObject(changed);
  });

  row("later", "SetQueueAttributes", async () => {
    const queue = await target.queue({ DelaySeconds: "1" });
    await set(queue, changed);
    expect(await target.attributes(queue)).toMatchObject(changed);
  });

  row("an unknown attribute is refused", "CreateQueue: InvalidAttributeName", async () => {
    const QueueName = target.queueName();
    const Attributes: Record<string, string> = { Unknown: "1" };
    const creating = target.sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    expect(await refusal(creating)).toBe("InvalidAttributeName");
  });

  const outside: Record<string, string[]> = {
    DelaySeconds: ["-1", "901", "x"],
    MaximumMessageSize: ["1023", "1048577"],
    MessageRetentionPeriod: ["59", "1209601"],
    ReceiveMessageWaitTimeSeconds: ["-1", "21"],
    VisibilityTimeout: ["-1", "43201", "1.5"],
  };
  for (const [name, values] of Object.entries(outside)) {
    for (const value of values) {
      row(
        `${name} is refused as ${value}`,
        `SetQueueAttributes: ${name}, 'Valid values'`,
        async () => {
          const setting = set(await target.queue(), { [name]: value });
          expect(await refusal(setting)).toBe("InvalidAttributeValue");
        },
      );
    }
  }

  row(
    "a new visibility timeout applies to the next receive",
    "SetQueueAttributes: VisibilityTimeout",
    async () => {
      const queue = await target.queue({ VisibilityTimeout: "30" });
      await set(queue, { VisibilityTimeout: "0" });
      await target.send(queue, "x");
      const first = await target.receiveOne(queue);
      expect((await target.receiveOne(queue)).MessageId).toBe(first.MessageId);
    },
  );
});
