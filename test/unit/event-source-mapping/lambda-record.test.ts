import { describe, expect, it } from "vitest";
import { lambdaRecord } from "../../../infra/local/event-source-mapping/lambda-record.ts";

const ARN = "arn:aws:sqs:eu-west-1:000000000000:polls";
const MESSAGE = {
  MessageId: "id",
  ReceiptHandle: "handle",
  Body: "body",
  MD5OfBody: "841a2d689ad86bd1611447453c22c6fc",
  Attributes: {
    SenderId: "sender",
    SentTimestamp: "1700000000000",
    ApproximateReceiveCount: "2",
    ApproximateFirstReceiveTimestamp: "1700000001000",
  },
};

describe("lambdaRecord", () => {
  it("converts a message without attributes", () => {
    expect(lambdaRecord(MESSAGE, ARN)).toStrictEqual({
      messageId: "id",
      receiptHandle: "handle",
      body: "body",
      attributes: MESSAGE.Attributes,
      messageAttributes: {},
      md5OfBody: "841a2d689ad86bd1611447453c22c6fc",
      eventSource: "aws:sqs",
      eventSourceARN: ARN,
      awsRegion: "eu-west-1",
    });
  });

  it("keeps every system attribute", () => {
    const Attributes = {
      ...MESSAGE.Attributes,
      AWSTraceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793",
      MessageGroupId: "tenant",
      DeadLetterQueueSourceArn: ARN,
    };
    expect(lambdaRecord({ ...MESSAGE, Attributes }, ARN).attributes).toStrictEqual(Attributes);
  });

  it("converts message attributes, binary values to base64, with their MD5", () => {
    const message = {
      ...MESSAGE,
      MD5OfMessageAttributes: "d41d8cd98f00b204e9800998ecf8427e",
      MessageAttributes: {
        text: { DataType: "String.kind", StringValue: "é" },
        number: { DataType: "Number", StringValue: "12.50" },
        bytes: { DataType: "Binary", BinaryValue: Uint8Array.of(0, 255, 16) },
      },
    };
    expect(lambdaRecord(message, ARN)).toMatchObject({
      md5OfMessageAttributes: "d41d8cd98f00b204e9800998ecf8427e",
      messageAttributes: {
        text: {
          stringValue: "é",
          stringListValues: [],
          binaryListValues: [],
          dataType: "String.kind",
        },
        number: {
          stringValue: "12.50",
          stringListValues: [],
          binaryListValues: [],
          dataType: "Number",
        },
        bytes: {
          binaryValue: "AP8Q",
          stringListValues: [],
          binaryListValues: [],
          dataType: "Binary",
        },
      },
    });
  });

  it.each(["MessageId", "ReceiptHandle", "Body", "MD5OfBody"] as const)(
    "refuses a message without its %s",
    (field) => {
      const { [field]: _left, ...rest } = MESSAGE;
      expect(() => lambdaRecord(rest, ARN)).toThrow(`without its ${field}`);
    },
  );
});
