import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
} from "@aws-sdk/client-sqs";
import { describe, expect } from "vitest";
import { type ReceivedMessage, refusal, row, useTarget } from "./target.ts";

const target = useTarget();
const MIB = 1_048_576;

type Entry = { Id: string };
const numbered = (count: number): Entry[] =>
  Array.from({ length: count }, (_, index) => ({ Id: `id-${index}` }));
const withBody = (entry: Entry): SendMessageBatchRequestEntry => ({
  MessageBody: `body of ${entry.Id}`,
  ...entry,
});
const withHandle = (entry: Entry, index: number) => ({ ReceiptHandle: `none-${index}`, ...entry });

const sendBatch = (QueueUrl: string, Entries: SendMessageBatchRequestEntry[]) =>
  target.sqs.send(new SendMessageBatchCommand({ QueueUrl, Entries }));

/** The three batch actions have the same limits. */
const actions = {
  SendMessageBatch: (queue: string, entries: Entry[]) => sendBatch(queue, entries.map(withBody)),
  DeleteMessageBatch: (QueueUrl: string, entries: Entry[]) =>
    target.sqs.send(new DeleteMessageBatchCommand({ QueueUrl, Entries: entries.map(withHandle) })),
  ChangeMessageVisibilityBatch: (QueueUrl: string, entries: Entry[]) =>
    target.sqs.send(
      new ChangeMessageVisibilityBatchCommand({
        QueueUrl,
        Entries: entries.map(withHandle).map((entry) => ({ VisibilityTimeout: 1, ...entry })),
      }),
    ),
};

for (const [name, act] of Object.entries(actions)) {
  describe(name, () => {
    const refused = async (entries: Entry[]) => refusal(act(await target.queue(), entries));

    row("refuses a batch without entries", `${name}: EmptyBatchRequest`, async () => {
      expect(await refused([])).toBe("EmptyBatchRequest");
    });

    row("refuses eleven entries", `${name}: TooManyEntriesInBatchRequest`, async () => {
      expect(await refused(numbered(11))).toBe("TooManyEntriesInBatchRequest");
    });

    row("refuses an id that is used twice", `${name}: BatchEntryIdsNotDistinct`, async () => {
      expect(await refused([{ Id: "a" }, { Id: "a" }])).toBe("BatchEntryIdsNotDistinct");
    });

    for (const Id of ["", "with space", "with:colon", "i".repeat(81)]) {
      row(
        `refuses the id '${Id.slice(0, 10)}' of ${Id.length} characters`,
        `${name}: InvalidBatchEntryId`,
        async () => {
          expect(await refused([{ Id }])).toBe("InvalidBatchEntryId");
        },
      );
    }

    row("refuses a queue that does not exist", `${name}: QueueDoesNotExist`, async () => {
      expect(await refusal(act(`${await target.queue()}-not`, numbered(1)))).toBe(
        "QueueDoesNotExist",
      );
    });
  });
}

describe("SendMessageBatch: entries", () => {
  row(
    "sends ten, each answered under its id",
    "SendMessageBatch: 'up to 10 messages'",
    async () => {
      const queue = await target.queue();
      const { Successful = [], Failed } = await sendBatch(queue, numbered(10).map(withBody));
      expect(Successful.map(({ Id }) => Id).sort()).toEqual(numbered(10).map(({ Id }) => Id));
      expect(Failed ?? []).toEqual([]);
      const received = await receiveAll(queue, 10);
      expect(new Set(received.map(({ MessageId }) => MessageId))).toEqual(
        new Set(Successful.map(({ MessageId }) => MessageId)),
      );
    },
  );

  row(
    "takes 1 MiB in all",
    "SendMessageBatch: 'maximum total payload size ... 1 MiB'",
    async () => {
      const half = "x".repeat(MIB / 2);
      const { Successful = [] } = await sendBatch(await target.queue(), [
        { Id: "a", MessageBody: half },
        { Id: "b", MessageBody: half },
      ]);
      expect(Successful).toHaveLength(2);
    },
  );

  row("refuses one byte more", "SendMessageBatch: BatchRequestTooLong", async () => {
    const half = "x".repeat(MIB / 2);
    const sending = sendBatch(await target.queue(), [
      { Id: "a", MessageBody: half },
      { Id: "b", MessageBody: `${half}x` },
    ]);
    expect(await refusal(sending)).toBe("BatchRequestTooLong");
  });

  const bad: Record<string, SendMessageBatchRequestEntry> = {
    "a delay of 901 s": { Id: "bad", MessageBody: "x", DelaySeconds: 901 },
    "a character outside the allowed set": { Id: "bad", MessageBody: "\uFFFF" },
    "an attribute without a value": {
      Id: "bad",
      MessageBody: "x",
      MessageAttributes: { name: { DataType: "String", StringValue: "" } },
    },
  };
  for (const [what, entry] of Object.entries(bad)) {
    row(
      `refuses only ${what}, with HTTP 200`,
      "SendMessageBatch: 'check for batch errors even when the call returns an HTTP status code of 200'",
      async () => {
        const queue = await target.queue();
        const answer = await sendBatch(queue, [{ Id: "good", MessageBody: "good" }, entry]);
        expect(answer.$metadata.httpStatusCode).toBe(200);
        expect(answer.Successful?.map(({ Id }) => Id)).toEqual(["good"]);
        expect(answer.Failed).toMatchObject([{ Id: "bad", SenderFault: true }]);
        expect(answer.Failed?.[0]?.Code).toMatch(/^Invalid(ParameterValue|MessageContents)$/);
        expect((await receiveAll(queue, 1)).map(({ Body }) => Body)).toEqual(["good"]);
        expect(await target.receive(queue)).toEqual([]);
      },
    );
  }

  row(
    "refuses only an entry above the queue's MaximumMessageSize",
    "CreateQueue: MaximumMessageSize",
    async () => {
      const queue = await target.queue({ MaximumMessageSize: "1024" });
      const answer = await sendBatch(queue, [
        { Id: "fits", MessageBody: "x".repeat(1024) },
        { Id: "bad", MessageBody: "x".repeat(1025) },
      ]);
      expect(answer.Successful?.map(({ Id }) => Id)).toEqual(["fits"]);
      expect(answer.Failed?.map(({ Id }) => Id)).toEqual(["bad"]);
    },
  );

  row(
    "delays each entry by its own delay",
    "SendMessageBatchRequestEntry: DelaySeconds",
    async () => {
      const queue = await target.queue();
      await sendBatch(queue, [
        { Id: "late", MessageBody: "late", DelaySeconds: 900 },
        { Id: "now", MessageBody: "now" },
      ]);
      expect((await receiveAll(queue, 1)).map(({ Body }) => Body)).toEqual(["now"]);
      expect(await target.receive(queue)).toEqual([]);
    },
  );
});

describe("DeleteMessageBatch: entries", () => {
  row(
    "deletes the good ones and refuses only a malformed handle",
    "DeleteMessageBatch: 'The result of the action on each message is reported individually'",
    async () => {
      const queue = await target.queue({ VisibilityTimeout: "4" });
      await sendBatch(queue, numbered(2).map(withBody));
      const [first, second] = await receiveAll(queue, 2);
      const answer = await target.sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl: queue,
          Entries: [
            { Id: "first", ReceiptHandle: first?.ReceiptHandle },
            { Id: "bad", ReceiptHandle: "malformed" },
            { Id: "second", ReceiptHandle: second?.ReceiptHandle },
          ],
        }),
      );
      expect(answer.Successful?.map(({ Id }) => Id).sort()).toEqual(["first", "second"]);
      expect(answer.Failed).toMatchObject([
        { Id: "bad", Code: "ReceiptHandleIsInvalid", SenderFault: true },
      ]);
      expect(await target.receive(queue, { WaitTimeSeconds: 5 })).toEqual([]);
    },
  );
});

describe("ChangeMessageVisibilityBatch: entries", () => {
  row(
    "changes the good ones and refuses only a timeout of 43201 s",
    "ChangeMessageVisibilityBatch: 'The result of the action on each message is reported individually'",
    async () => {
      const queue = await target.queue();
      await sendBatch(queue, numbered(2).map(withBody));
      const [first, second] = await receiveAll(queue, 2);
      const answer = await target.sqs.send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: queue,
          Entries: [
            { Id: "good", ReceiptHandle: first?.ReceiptHandle, VisibilityTimeout: 0 },
            { Id: "bad", ReceiptHandle: second?.ReceiptHandle, VisibilityTimeout: 43_201 },
          ],
        }),
      );
      expect(answer.Successful?.map(({ Id }) => Id)).toEqual(["good"]);
      expect(answer.Failed).toMatchObject([
        { Id: "bad", Code: "InvalidParameterValue", SenderFault: true },
      ]);
      expect((await target.receiveOne(queue)).MessageId).toBe(first?.MessageId);
      expect(await target.receive(queue)).toEqual([]);
    },
  );
});

async function receiveAll(queue: string, count: number): Promise<ReceivedMessage[]> {
  const received: ReceivedMessage[] = [];
  while (received.length < count) {
    const more = await target.receive(queue, { MaxNumberOfMessages: 10, WaitTimeSeconds: 5 });
    if (more.length === 0) throw new Error(`${received.length} of ${count} messages came.`);
    received.push(...more);
  }
  return received;
}
