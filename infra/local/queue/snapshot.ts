import * as z from "zod/mini";
import type { MessageAttribute, StoredMessage } from "./message.ts";
import type { Queue } from "./queue.ts";

const attribute = z.union([
  z.object({ name: z.string(), dataType: z.string(), stringValue: z.string() }),
  z.object({ name: z.string(), dataType: z.string(), base64Value: z.string() }),
]);
const optionalText = z.optional(z.string());
const optionalTime = z.optional(z.number());
export const savedMessage = z.object({
  messageId: z.string(),
  body: z.string(),
  attributes: z.array(attribute),
  traceHeader: optionalText,
  groupId: optionalText,
  deadLetterSourceArn: optionalText,
  sentAt: z.number(),
  visibleAt: z.number(),
  receiveCount: z.number(),
  receivesHere: z.number(),
  firstReceivedAt: optionalTime,
  lastReceivedAt: optionalTime,
});

export const savedQueueFields = {
  name: z.string(),
  createdAt: z.number(),
  modifiedAt: z.number(),
  attributes: z.record(z.string(), z.string()),
  tags: z.record(z.string(), z.string()),
};

/** All queues and their messages as plain JSON, without move tasks and cool-downs. */
export const queuesSnapshot = z.object({
  format: z.literal("request-poller queues"),
  version: z.literal(1),
  queues: z.array(z.object({ ...savedQueueFields, messages: z.array(savedMessage) })),
});

export type QueuesSnapshot = z.output<typeof queuesSnapshot>;
type SavedMessage = z.output<typeof savedMessage>;
type SavedAttribute = z.output<typeof attribute>;

export const EMPTY_SNAPSHOT: QueuesSnapshot = {
  format: "request-poller queues",
  version: 1,
  queues: [],
};

export function savedQueueOf({ name, createdAt, modifiedAt, attributes, tags }: Queue) {
  return {
    name,
    createdAt,
    modifiedAt,
    attributes: { ...attributes },
    tags: Object.fromEntries(tags),
  };
}

export function savedMessageOf({ arrival: _, attributes, ...rest }: StoredMessage): SavedMessage {
  return { ...rest, attributes: Object.entries(attributes).map(savedAttribute) };
}

/** @param arrival the position of the message among the restored ones. */
export function storedMessage(saved: SavedMessage, arrival: number): StoredMessage {
  return {
    ...saved,
    arrival,
    attributes: Object.fromEntries(saved.attributes.map(restoredAttribute)),
    traceHeader: saved.traceHeader,
    groupId: saved.groupId,
    deadLetterSourceArn: saved.deadLetterSourceArn,
    firstReceivedAt: saved.firstReceivedAt,
    lastReceivedAt: saved.lastReceivedAt,
  };
}

function savedAttribute([name, value]: readonly [string, MessageAttribute]): SavedAttribute {
  if ("stringValue" in value) return { name, ...value };
  const base64Value = Buffer.from(value.binaryValue).toString("base64");
  return { name, dataType: value.dataType, base64Value };
}

function restoredAttribute({ name, ...value }: SavedAttribute): [string, MessageAttribute] {
  if ("stringValue" in value) return [name, value];
  const binaryValue = Buffer.from(value.base64Value, "base64");
  return [name, { dataType: value.dataType, binaryValue }];
}
