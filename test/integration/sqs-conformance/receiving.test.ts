import { describe, expect } from "vitest";
import { refusal, row, useTarget } from "./target.ts";

const target = useTarget();

describe.concurrent("a receive returns", () => {
  row("one message by default", "ReceiveMessage: MaxNumberOfMessages, 'Default: 1'", async () => {
    const queue = await target.queue();
    for (const body of ["a", "b"]) await target.send(queue, body);
    expect(await target.receive(queue, { WaitTimeSeconds: 5 })).toHaveLength(1);
  });

  row(
    "never more than asked for",
    "ReceiveMessage: 'never returns more messages than this value'",
    async () => {
      const queue = await target.queue();
      for (const body of ["a", "b", "c"]) await target.send(queue, body);
      const received = await target.receive(queue, { MaxNumberOfMessages: 2, WaitTimeSeconds: 5 });
      expect(received.length).toBeLessThanOrEqual(2);
    },
  );

  row(
    "nothing from an empty queue",
    "ReceiveMessage: 'the call does not return a message list'",
    async () => {
      expect(await target.receive(await target.queue())).toEqual([]);
    },
  );

  row(
    "id, body and MD5, no attributes unless asked for",
    "ReceiveMessage: the list of what is returned for each message",
    async () => {
      const queue = await target.queue();
      const { MessageId } = await target.send(queue, "msg");
      const [message] = await target.receive(queue, { WaitTimeSeconds: 5 });
      expect(message).toEqual({
        MessageId,
        ReceiptHandle: expect.any(String),
        Body: "msg",
        MD5OfBody: "6e2baaf3b97dbeef01c0043275f9a0e7",
      });
    },
  );

  row("all system attributes", "ReceiveMessage: MessageSystemAttributeNames, All", async () => {
    const queue = await target.queue();
    const before = Date.now();
    await target.send(queue, "x");
    const { Attributes = {} } = await target.receiveOne(queue);
    expect(Object.keys(Attributes).sort()).toEqual([
      "ApproximateFirstReceiveTimestamp",
      "ApproximateReceiveCount",
      "SenderId",
      "SentTimestamp",
    ]);
    expect(Attributes.ApproximateReceiveCount).toBe("1");
    const sentAt = Number(Attributes.SentTimestamp);
    expect(sentAt).toBeGreaterThanOrEqual(before - 1000);
    expect(Number(Attributes.ApproximateFirstReceiveTimestamp)).toBeGreaterThanOrEqual(sentAt);
  });

  row(
    "only the system attributes named",
    "ReceiveMessage: MessageSystemAttributeNames",
    async () => {
      const queue = await target.queue();
      await target.send(queue, "x");
      const { Attributes } = await target.receiveOne(queue, {
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      });
      expect(Attributes).toEqual({ ApproximateReceiveCount: "1" });
    },
  );

  row(
    "also those named in the older parameter",
    "ReceiveMessage: AttributeNames, 'supported for backward compatibility'",
    async () => {
      const queue = await target.queue();
      await target.send(queue, "x");
      const [message] = await target.receive(queue, {
        WaitTimeSeconds: 5,
        AttributeNames: ["All"],
      });
      expect(message?.Attributes?.ApproximateReceiveCount).toBe("1");
    },
  );
});

describe.concurrent("receiving again", () => {
  row(
    "counts receives and keeps the time of the first",
    "ReceiveMessage: ApproximateReceiveCount, ApproximateFirstReceiveTimestamp",
    async () => {
      const queue = await target.queue({ VisibilityTimeout: "0" });
      await target.send(queue, "x");
      const first = await target.receiveOne(queue);
      const second = await target.receiveOne(queue);
      expect(second.Attributes?.ApproximateReceiveCount).toBe("2");
      const time = "ApproximateFirstReceiveTimestamp";
      expect(second.Attributes?.[time]).toBe(first.Attributes?.[time]);
    },
  );

  row(
    "gives another receipt handle each time",
    "DeleteMessage: 'you will get a different ReceiptHandle each time'",
    async () => {
      const queue = await target.queue({ VisibilityTimeout: "0" });
      await target.send(queue, "x");
      const handles = [await target.receiveOne(queue), await target.receiveOne(queue)].map(
        ({ ReceiptHandle }) => ReceiptHandle,
      );
      expect(new Set(handles).size).toBe(2);
    },
  );

  row(
    "never returns one message twice in a call, even without a timeout",
    "ReceiveMessage: VisibilityTimeout",
    async () => {
      const queue = await target.queue({ VisibilityTimeout: "0" });
      await target.send(queue, "x");
      expect(
        await target.receive(queue, { MaxNumberOfMessages: 10, WaitTimeSeconds: 5 }),
      ).toHaveLength(1);
    },
  );
});

describe.concurrent("limits of a receive", () => {
  const outside = [
    { MaxNumberOfMessages: 0 },
    { MaxNumberOfMessages: 11 },
    { VisibilityTimeout: -1 },
    { VisibilityTimeout: 43_201 },
    { WaitTimeSeconds: -1 },
    { WaitTimeSeconds: 21 },
  ];
  for (const parameter of outside) {
    row(
      `refuses ${JSON.stringify(parameter)}`,
      "ReceiveMessage: MaxNumberOfMessages 1 to 10, VisibilityTimeout 0 to 43200, WaitTimeSeconds 0 to 20",
      async () => {
        const queue = await target.queue();
        expect(await refusal(target.receive(queue, parameter))).toBe("InvalidParameterValue");
      },
    );
  }

  row("refuses a queue that does not exist", "ReceiveMessage: QueueDoesNotExist", async () => {
    expect(await refusal(target.receive(`${await target.queue()}-not`))).toBe("QueueDoesNotExist");
  });
});
