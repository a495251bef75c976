import * as z from "zod/mini";
import type { BatchResult } from "../queue/batch.ts";
import type { OutgoingMessage, ReceivedMessage } from "../queue/message.ts";
import { invalidParameter } from "../queue/sqs-error.ts";
import { type Action, type ActionContext, action } from "./action.ts";
import { md5, md5OfAttributes } from "./md5.ts";
import {
  assertSystemAttributeNames,
  attributeValues,
  fromWire,
  selectAttributes,
  selectSystemAttributes,
  toWire,
  traceHeaderOf,
} from "./message-attributes.ts";
import { queueNameOf } from "./queue-url.ts";

const QueueUrl = z.string();
const messageFields = {
  MessageBody: z.string(),
  DelaySeconds: z.optional(z.number()),
  MessageAttributes: z.optional(attributeValues),
  MessageSystemAttributes: z.optional(attributeValues),
  MessageGroupId: z.optional(z.string()),
  MessageDeduplicationId: z.optional(z.string()),
};
const outgoing = z.object(messageFields);
const batchOf = <Entry extends z.ZodMiniType>(entry: Entry) =>
  z.object({ QueueUrl, Entries: z.array(entry) });
const receiveRequest = z.object({
  QueueUrl,
  AttributeNames: z.optional(z.array(z.string())),
  MessageSystemAttributeNames: z.optional(z.array(z.string())),
  MessageAttributeNames: z.optional(z.array(z.string())),
  MaxNumberOfMessages: z.optional(z.number()),
  VisibilityTimeout: z.optional(z.number()),
  WaitTimeSeconds: z.optional(z.number()),
});
type ReceiveInput = z.output<typeof receiveRequest>;

/** SQS's actions on messages, with its wire format. */
export const messageActions: Readonly<Record<string, Action>> = {
  SendMessage: action(z.object({ QueueUrl, ...messageFields }), (input, { service }) => {
    const message = outgoingMessage(input);
    const messageId = service.sendMessage(queueNameOf(input.QueueUrl), message);
    return { MessageId: messageId, ...digests(message) };
  }),

  SendMessageBatch: action(
    batchOf(z.object({ Id: z.string(), ...messageFields })),
    (input, { service }) => {
      const entries = input.Entries.map((entry) => ({ id: entry.Id, ...outgoingMessage(entry) }));
      const result = service.sendMessageBatch(queueNameOf(input.QueueUrl), entries);
      const sent = new Map(entries.map((entry) => [entry.id, entry]));
      return batchAnswer(result, ({ id, messageId }) => ({
        Id: id,
        MessageId: messageId,
        ...digests(sent.get(id) ?? { body: "" }),
      }));
    },
  ),

  ReceiveMessage: action(receiveRequest, async (input, context) => {
    const systemNames = [
      ...(input.AttributeNames ?? []),
      ...(input.MessageSystemAttributeNames ?? []),
    ];
    assertSystemAttributeNames(systemNames);
    const messages = await poll(input, context);
    if (messages.length === 0) return {};
    return { Messages: messages.map((message) => wireMessage(message, input, systemNames)) };
  }),

  DeleteMessage: action(z.object({ QueueUrl, ReceiptHandle: z.string() }), (input, { service }) => {
    service.deleteMessage(queueNameOf(input.QueueUrl), input.ReceiptHandle);
    return {};
  }),

  DeleteMessageBatch: action(
    batchOf(z.object({ Id: z.string(), ReceiptHandle: z.string() })),
    (input, { service }) => {
      const entries = input.Entries.map((entry) => ({
        id: entry.Id,
        receiptHandle: entry.ReceiptHandle,
      }));
      const result = service.deleteMessageBatch(queueNameOf(input.QueueUrl), entries);
      return batchAnswer(result, ({ id }) => ({ Id: id }));
    },
  ),

  ChangeMessageVisibility: action(
    z.object({ QueueUrl, ReceiptHandle: z.string(), VisibilityTimeout: z.number() }),
    (input, { service }) => {
      const { ReceiptHandle, VisibilityTimeout } = input;
      const queueName = queueNameOf(input.QueueUrl);
      service.changeMessageVisibility(queueName, ReceiptHandle, VisibilityTimeout);
      return {};
    },
  ),

  ChangeMessageVisibilityBatch: action(
    batchOf(z.object({ Id: z.string(), ReceiptHandle: z.string(), VisibilityTimeout: z.number() })),
    (input, { service }) => {
      const entries = input.Entries.map((entry) => ({
        id: entry.Id,
        receiptHandle: entry.ReceiptHandle,
        visibilityTimeoutSeconds: entry.VisibilityTimeout,
      }));
      const result = service.changeMessageVisibilityBatch(queueNameOf(input.QueueUrl), entries);
      return batchAnswer(result, ({ id }) => ({ Id: id }));
    },
  ),
};

function outgoingMessage(input: z.output<typeof outgoing>): OutgoingMessage {
  const { MessageDeduplicationId: deduplicationId } = input;
  if (deduplicationId !== undefined) {
    throw invalidParameter(
      "MessageDeduplicationId",
      deduplicationId,
      "The request includes a parameter that is not valid for this queue type: it belongs to FIFO queues.",
    );
  }
  return {
    body: input.MessageBody,
    delaySeconds: input.DelaySeconds,
    attributes: fromWire(input.MessageAttributes),
    traceHeader: traceHeaderOf(input.MessageSystemAttributes),
    groupId: input.MessageGroupId,
  };
}

function digests(message: OutgoingMessage): Record<string, string | undefined> {
  const { traceHeader } = message;
  const system =
    traceHeader === undefined
      ? {}
      : { AWSTraceHeader: { dataType: "String", stringValue: traceHeader } };
  return {
    MD5OfMessageBody: md5(message.body),
    MD5OfMessageAttributes: md5OfAttributes(message.attributes ?? {}),
    MD5OfMessageSystemAttributes: md5OfAttributes(system),
  };
}

function poll(
  input: ReceiveInput,
  { service, abandoned }: ActionContext,
): Promise<readonly ReceivedMessage[]> {
  return new Promise((resolve) => {
    const request = {
      maxMessages: input.MaxNumberOfMessages,
      visibilityTimeoutSeconds: input.VisibilityTimeout,
      waitTimeSeconds: input.WaitTimeSeconds,
    };
    const cancel = service.pollMessages(queueNameOf(input.QueueUrl), request, resolve);
    abandoned(() => {
      cancel();
      resolve([]);
    });
  });
}

function wireMessage(
  message: ReceivedMessage,
  input: ReceiveInput,
  systemNames: readonly string[],
): Record<string, unknown> {
  const attributes = selectAttributes(message.attributes, input.MessageAttributeNames);
  const systemAttributes = selectSystemAttributes(message, systemNames);
  const md5OfMessageAttributes = md5OfAttributes(attributes);
  return {
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(Object.keys(systemAttributes).length > 0 && { Attributes: systemAttributes }),
    ...(md5OfMessageAttributes !== undefined && {
      MD5OfMessageAttributes: md5OfMessageAttributes,
      MessageAttributes: toWire(attributes),
    }),
  };
}

/** SQS omits an empty list of successful or failed entries. */
function batchAnswer<Success>(
  result: BatchResult<Success>,
  wire: (success: Success & { readonly id: string }) => Record<string, unknown>,
): Record<string, unknown> {
  const failed = result.failed.map(({ id, code, message, senderFault }) => ({
    Id: id,
    Code: code,
    Message: message,
    SenderFault: senderFault,
  }));
  return {
    ...(result.successful.length > 0 && { Successful: result.successful.map(wire) }),
    ...(failed.length > 0 && { Failed: failed }),
  };
}
