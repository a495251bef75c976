import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { SQSMessageAttribute, SQSRecord } from "aws-lambda";

/**
 * Converts a received message to the record that Lambda passes to a function (developer guide, "Example Amazon
 * SQS event").
 *
 * @param queueArn the queue it was received from
 * @throws when the message lacks a field that every message has
 */
export function lambdaRecord(message: Message, queueArn: string): SQSRecord {
  const { Attributes: attributes = {}, MD5OfMessageAttributes: md5OfMessageAttributes } = message;
  return {
    messageId: required(message.MessageId, "MessageId"),
    receiptHandle: required(message.ReceiptHandle, "ReceiptHandle"),
    body: required(message.Body, "Body"),
    attributes: {
      ...attributes,
      ApproximateReceiveCount: required(attributes.ApproximateReceiveCount, "receive count"),
      SentTimestamp: required(attributes.SentTimestamp, "SentTimestamp"),
      SenderId: required(attributes.SenderId, "SenderId"),
      ApproximateFirstReceiveTimestamp: required(
        attributes.ApproximateFirstReceiveTimestamp,
        "first receive",
      ),
    },
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [
        name,
        messageAttribute(value),
      ]),
    ),
    md5OfBody: required(message.MD5OfBody, "MD5OfBody"),
    ...(md5OfMessageAttributes !== undefined && { md5OfMessageAttributes }),
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(":")[3] ?? "",
  };
}

function messageAttribute({
  StringValue,
  BinaryValue,
  DataType,
}: MessageAttributeValue): SQSMessageAttribute {
  return {
    ...(StringValue !== undefined && { stringValue: StringValue }),
    ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString("base64") }),
    stringListValues: [],
    binaryListValues: [],
    dataType: required(DataType, "DataType"),
  };
}

function required<T>(value: T | undefined, name: string): T {
  if (value === undefined) throw new Error(`the queue returned a message without its ${name}`);
  return value;
}
