import { ChangeMessageVisibilityCommand, DeleteMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect } from "vitest";
import { refusal, row, useTarget } from "./target.ts";

const target = useTarget();

/** Long enough for two calls on a busy machine: the second finds nothing. */
const HIDDEN_SECONDS = 4;

const change = (QueueUrl: string, ReceiptHandle: string, VisibilityTimeout: number) =>
  target.sqs.send(
    new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }),
  );

/** A message in flight in a new queue. */
async function received(attributes: Record<string, string> = {}) {
  const queue = await target.queue(attributes);
  await target.send(queue, "x");
  const message = await target.receiveOne(queue);
  return { queue, message, handle: message.ReceiptHandle };
}

describe.concurrent("visibility timeout", () => {
  row("hides a received message until it ends", "Amazon SQS visibility timeout", async () => {
    const { queue, message } = await received({ VisibilityTimeout: `${HIDDEN_SECONDS}` });
    expect(await target.receive(queue)).toEqual([]);
    expect((await target.receiveOne(queue)).MessageId).toBe(message.MessageId);
  });

  row("is 30 s by default", "CreateQueue: VisibilityTimeout, 'Default: 30'", async () => {
    const { queue } = await received();
    expect((await target.attributes(queue)).VisibilityTimeout).toBe("30");
    expect(await target.receive(queue, { WaitTimeSeconds: 1 })).toEqual([]);
  });

  row("of the call replaces the queue's", "ReceiveMessage: VisibilityTimeout", async () => {
    const queue = await target.queue({ VisibilityTimeout: "0" });
    await target.send(queue, "x");
    await target.receiveOne(queue, { VisibilityTimeout: 30 });
    expect(await target.receive(queue)).toEqual([]);
  });

  row("of 0 s leaves the message visible", "ReceiveMessage: VisibilityTimeout", async () => {
    const queue = await target.queue();
    await target.send(queue, "x");
    const first = await target.receiveOne(queue, { VisibilityTimeout: 0 });
    expect((await target.receiveOne(queue)).MessageId).toBe(first.MessageId);
  });
});

describe.concurrent("ChangeMessageVisibility", () => {
  row(
    "to 0 makes a message visible at once",
    "Amazon SQS visibility timeout: terminating it",
    async () => {
      const { queue, message, handle } = await received();
      await change(queue, handle, 0);
      expect((await target.receiveOne(queue)).MessageId).toBe(message.MessageId);
    },
  );

  row(
    "does not count as a receive",
    "ReceiveMessage: ApproximateReceiveCount, 'the number of times a message has been received'",
    async () => {
      const { queue, handle } = await received();
      await change(queue, handle, 30);
      await change(queue, handle, 0);
      expect((await target.receiveOne(queue)).Attributes?.ApproximateReceiveCount).toBe("2");
    },
  );

  row(
    "can shorten",
    "ChangeMessageVisibility: 'begin to count from the time that you make the ... call'",
    async () => {
      const { queue, message, handle } = await received();
      await change(queue, handle, HIDDEN_SECONDS);
      expect(await target.receive(queue)).toEqual([]);
      expect((await target.receiveOne(queue)).MessageId).toBe(message.MessageId);
    },
  );

  row("can extend the timeout", "Amazon SQS visibility timeout: changing it", async () => {
    const { queue, handle } = await received({ VisibilityTimeout: "1" });
    await change(queue, handle, 30);
    expect(await target.receive(queue, { WaitTimeSeconds: 2 })).toEqual([]);
  });

  row(
    "applies to this receive only",
    "ChangeMessageVisibility: 'reverts to the original timeout value ... the next time the message is received'",
    async () => {
      const { queue, message, handle } = await received({ VisibilityTimeout: "1" });
      await change(queue, handle, 30);
      await change(queue, handle, 0);
      await target.receiveOne(queue);
      expect((await target.receiveOne(queue)).MessageId).toBe(message.MessageId);
    },
  );

  for (const timeout of [-1, 43_201]) {
    row(
      `refuses ${timeout} s`,
      "ChangeMessageVisibility: VisibilityTimeout, 'Values range: 0 to 43200'",
      async () => {
        const { queue, handle } = await received();
        expect(await refusal(change(queue, handle, timeout))).toBe("InvalidParameterValue");
      },
    );
  }

  row(
    "refuses a message that is not in flight",
    "ChangeMessageVisibility: MessageNotInflight",
    async () => {
      const { queue, handle } = await received();
      await change(queue, handle, 0);
      expect(await refusal(change(queue, handle, 10))).toBe("MessageNotInflight");
    },
  );

  row(
    "refuses a message that was deleted",
    "ChangeMessageVisibility: 'any attempt to change the visibility timeout or to delete that message ... might result in an error'",
    async () => {
      const { queue, handle } = await received();
      await target.sqs.send(new DeleteMessageCommand({ QueueUrl: queue, ReceiptHandle: handle }));
      expect(["InvalidParameterValue", "MessageNotInflight", "ReceiptHandleIsInvalid"]).toContain(
        await refusal(change(queue, handle, 10)),
      );
    },
  );

  row(
    "refuses a malformed receipt handle",
    "ChangeMessageVisibility: ReceiptHandleIsInvalid",
    async () => {
      const queue = await target.queue();
      expect(await refusal(change(queue, "malformed", 10))).toBe("ReceiptHandleIsInvalid");
    },
  );
});

describe.concurrent("DeleteMessage", () => {
  const remove = (QueueUrl: string, ReceiptHandle: string) =>
    target.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));

  row("deletes a message", "DeleteMessage: 'Deletes the specified message'", async () => {
    const { queue, handle } = await received({ VisibilityTimeout: "1" });
    await remove(queue, handle);
    expect(await target.receive(queue, { WaitTimeSeconds: 2 })).toEqual([]);
  });

  row(
    "deletes a message that is already deleted",
    "Amazon SQS queue and message identifiers; DeleteMessage lists no error for it",
    async () => {
      const { queue, handle } = await received();
      await remove(queue, handle);
      expect(await remove(queue, handle)).toBeDefined();
    },
  );

  row(
    "deletes a message after its visibility timeout",
    "DeleteMessage: 'even if a visibility timeout setting causes the message to be locked by another consumer'",
    async () => {
      const { queue, handle } = await received({ VisibilityTimeout: "0" });
      await remove(queue, handle);
      expect(await target.receive(queue)).toEqual([]);
    },
  );

  row(
    "accepts the handle of an earlier receive",
    "DeleteMessage: 'If you use an old ReceiptHandle, the request will succeed'",
    async () => {
      const { queue, handle } = await received({ VisibilityTimeout: "0" });
      await target.receiveOne(queue);
      expect(await remove(queue, handle)).toBeDefined();
    },
  );

  row("refuses a malformed receipt handle", "DeleteMessage: ReceiptHandleIsInvalid", async () => {
    expect(await refusal(remove(await target.queue(), "malformed"))).toBe("ReceiptHandleIsInvalid");
  });
});
