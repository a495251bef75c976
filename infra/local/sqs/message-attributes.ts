import * as z from "zod/mini";
import type { MessageAttribute, MessageAttributes, ReceivedMessage } from "../queue/message.ts";
import { SqsError } from "../queue/sqs-error.ts";

const base64 = z.union([z.base64(), z.literal("")]);

const attributeValue = z.object({
  DataType: z.string(),
  StringValue: z.optional(z.string()),
  BinaryValue: z.optional(base64),
});
type AttributeValue = z.output<typeof attributeValue>;
type AttributeValues = ReadonlyMap<string, AttributeValue>;

const isJsonObject = (value: unknown): boolean =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** By name. Not a z.record: it would lose the name `__proto__`, which SQS accepts. */
export const attributeValues = z.pipe(
  z.custom<object>(isJsonObject, "Invalid input: expected object"),
  z.transform((values: object, context): AttributeValues => {
    const byName = new Map<string, AttributeValue>();
    for (const [name, value] of Object.entries(values)) {
      const parsed = attributeValue.safeParse(value);
      if (parsed.success) byName.set(name, parsed.data);
      for (const { message, path } of parsed.error?.issues ?? []) {
        context.issues.push({ code: "custom", message, path: [name, ...path], input: value });
      }
    }
    return byName;
  }),
);

/** The sender of every message: the local queues have no users. */
const SENDER_ID = "AIDAREQUESTPOLLERLOCAL";

/** Converts a request's message attributes to the model's. */
export function fromWire(values: AttributeValues = new Map()): MessageAttributes {
  return Object.fromEntries(
    Array.from(values, ([name, value]): [string, MessageAttribute] => {
      const { DataType: dataType, StringValue, BinaryValue } = value;
      if (BinaryValue === undefined) {
        return [name, { dataType, stringValue: StringValue ?? "" }];
      }
      return [name, { dataType, binaryValue: Buffer.from(BinaryValue, "base64") }];
    }),
  );
}

export function toWire(attributes: MessageAttributes): Record<string, AttributeValue> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, attribute]) => {
      const DataType = attribute.dataType;
      if ("stringValue" in attribute) {
        return [name, { DataType, StringValue: attribute.stringValue }];
      }
      const BinaryValue = Buffer.from(attribute.binaryValue).toString("base64");
      return [name, { DataType, BinaryValue }];
    }),
  );
}

/** @throws SqsError InvalidParameterValue for any other attribute than AWSTraceHeader (SendMessage). */
export function traceHeaderOf(values: AttributeValues = new Map()): string | undefined {
  for (const [name, { DataType }] of values) {
    if (name === "AWSTraceHeader" && DataType === "String") continue;
    throw new SqsError(
      "InvalidParameterValue",
      `Message system attribute '${name}' of type '${DataType}' is invalid: AWSTraceHeader of type String is the only one that can be sent.`,
    );
  }
  const header = values.get("AWSTraceHeader");
  return header === undefined ? undefined : (header.StringValue ?? "");
}

/** The attributes requested by name, by `All` or `.*`, or by a prefix, for example `bar.*`. */
export function selectAttributes(
  attributes: MessageAttributes,
  names: readonly string[] = [],
): MessageAttributes {
  const wanted = (name: string): boolean =>
    names.some((asked) =>
      asked.endsWith(".*") ? name.startsWith(asked.slice(0, -2)) : asked === name,
    );
  if (names.includes("All")) return attributes;
  return Object.fromEntries(Object.entries(attributes).filter(([name]) => wanted(name)));
}

/** The requested system attributes that the message has. */
export function selectSystemAttributes(
  message: ReceivedMessage,
  names: readonly string[],
): Record<string, string> {
  const all: Record<string, string | undefined> = {
    SenderId: SENDER_ID,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
    AWSTraceHeader: message.traceHeader,
    MessageGroupId: message.groupId,
    DeadLetterQueueSourceArn: message.deadLetterSourceArn,
  };
  const selected: Record<string, string> = {};
  for (const [name, value] of Object.entries(all)) {
    const asked = names.includes(name) || names.includes("All");
    if (asked && value !== undefined) selected[name] = value;
  }
  return selected;
}

const SYSTEM_ATTRIBUTE_NAMES = new Set([
  "All",
  "SenderId",
  "SentTimestamp",
  "ApproximateReceiveCount",
  "ApproximateFirstReceiveTimestamp",
  "AWSTraceHeader",
  "MessageGroupId",
  "DeadLetterQueueSourceArn",
  "SqsManagedSseEnabled",
  "SequenceNumber",
  "MessageDeduplicationId",
]);

/** @throws SqsError InvalidAttributeName for an attribute that no message has (ReceiveMessage). */
export function assertSystemAttributeNames(names: readonly string[]): void {
  const unknown = names.find((name) => !SYSTEM_ATTRIBUTE_NAMES.has(name));
  if (unknown === undefined) return;
  throw new SqsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);
}
