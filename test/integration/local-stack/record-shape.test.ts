import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { eventually, startTestStack } from "./test-stack.ts";

it("passes records in exactly the form of Lambda", async () => {
  await using stack = await startTestStack({
    code: "export const handler = async (event) => console.log(JSON.stringify(event));",
  });
  const sentAt = Date.now();
  const { MessageId, MD5OfMessageAttributes } = await stack.sqs.send(
    new SendMessageCommand({
      QueueUrl: stack.queueUrl,
      MessageBody: '{"é":"😀"}',
      MessageGroupId: "tenant-1",
      MessageAttributes: {
        text: { DataType: "String", StringValue: "value" },
        number: { DataType: "Number.int", StringValue: "007" },
        bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 1, 254, 255) },
      },
      MessageSystemAttributes: {
        AWSTraceHeader: {
          DataType: "String",
          StringValue: "Root=1-5759e988-bd862e3fe1be46a994272793",
        },
      },
    }),
  );
  await eventually(() => expect(stack.invocations.length).toBe(1));
  await eventually(() => expect(stack.logs.length).toBe(1));
  const event = JSON.parse(stack.logs[0] ?? "");
  expect(event).toStrictEqual({
    Records: [
      {
        messageId: MessageId,
        receiptHandle: expect.any(String),
        body: '{"é":"😀"}',
        attributes: {
          AWSTraceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793",
          ApproximateReceiveCount: "1",
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
          MessageGroupId: "tenant-1",
        },
        messageAttributes: {
          text: {
            stringValue: "value",
            stringListValues: [],
            binaryListValues: [],
            dataType: "String",
          },
          number: {
            stringValue: "007",
            stringListValues: [],
            binaryListValues: [],
            dataType: "Number.int",
          },
          bytes: {
            binaryValue: "AAH+/w==",
            stringListValues: [],
            binaryListValues: [],
            dataType: "Binary",
          },
        },
        md5OfBody: "ba34843b09ed5921db7961d476d90340",
        md5OfMessageAttributes: MD5OfMessageAttributes,
        eventSource: "aws:sqs",
        eventSourceARN: "arn:aws:sqs:us-east-1:000000000000:request-poller-Work",
        awsRegion: "us-east-1",
      },
    ],
  });
  const [{ attributes }] = event.Records;
  expect(Number(attributes.SentTimestamp)).toBeGreaterThanOrEqual(sentAt);
  expect(stack.invocations).toMatchObject([{ records: event.Records }]);
});
