import type { SQSClient } from "@aws-sdk/client-sqs";
import type { JsonObject } from "../json/json.ts";
import { MAX_MESSAGE_BYTES } from "../limits.ts";
import type { WrittenOutcome } from "../outcome/outcome-json.ts";
import { sendMessages } from "../sqs/batch-calls.ts";
import { defaultSqsClient } from "../sqs/client.ts";
import { attributesSize, stringAttribute } from "../sqs/message-attributes.ts";
import type { OutgoingMessage } from "../sqs/outgoing-message.ts";
import type { Delivery } from "./delivery.ts";

/** These fields are also sent as message attributes, so that a consumer can filter without parsing. */
const IN_ATTRIBUTES = ["status", "pollId"] as const;

const MAX_ATTRIBUTE_BYTES = 256;

/** Attributes count against the message's limit: this leaves room for the largest possible ones. */
export const MAX_QUEUED_OUTCOME_BYTES =
  MAX_MESSAGE_BYTES -
  attributesSize(
    Object.fromEntries(
      IN_ATTRIBUTES.map((name) => [
        name,
        { DataType: "String", StringValue: "x".repeat(MAX_ATTRIBUTE_BYTES) },
      ]),
    ),
  );

/**
 * Delivers outcomes to an SQS queue, ten per call.
 *
 * @param client `undefined`: the client that all middlewares share
 */
export function outcomeQueue(queueUrl: string, client: SQSClient | undefined): Delivery {
  return {
    maxBytes: MAX_QUEUED_OUTCOME_BYTES,
    deliver: (outcomes, options) =>
      sendMessages(client ?? defaultSqsClient(), queueUrl, outcomes.map(outcomeMessage), options),
  };
}

/** Makes the message that delivers an outcome. */
export function outcomeMessage({ outcome, json }: WrittenOutcome): OutgoingMessage {
  return { body: json, attributes: attributesOf(outcome) };
}

function attributesOf(outcome: JsonObject): NonNullable<OutgoingMessage["attributes"]> {
  return Object.fromEntries(
    IN_ATTRIBUTES.flatMap((name) => {
      const value = outcome[name];
      const text = typeof value === "string" ? value : "";
      const attribute = stringAttribute(text, MAX_ATTRIBUTE_BYTES);
      return attribute === undefined ? [] : [[name, attribute]];
    }),
  );
}
