import type { JsonObject } from "./json.ts";
import { fitOutcome, type Outcome } from "./outcome.ts";
import { MAX_MESSAGE_BYTES } from "./sqs/limits.ts";
import { attributesSize, stringAttribute } from "./sqs/message-attributes.ts";
import type { OutgoingMessage } from "./sqs/outgoing-message.ts";

const MAX_ATTRIBUTE_BYTES = 256;

/**
 * Makes the message that delivers an outcome: its JSON, with `status` and `pollId` as message attributes where it
 * has them, so that a consumer can filter without parsing.
 *
 * @throws {RangeError} when it does not fit into a message
 */
export function outcomeMessage(outcome: Outcome | JsonObject): OutgoingMessage {
  const { status, pollId } = outcome;
  const attributes = {
    ...attribute("status", status),
    ...attribute("pollId", pollId),
  };
  return { body: fitOutcome(outcome, MAX_MESSAGE_BYTES - attributesSize(attributes)), attributes };
}

function attribute(name: string, value: unknown) {
  const made = typeof value === "string" ? stringAttribute(value, MAX_ATTRIBUTE_BYTES) : undefined;
  return made === undefined ? {} : { [name]: made };
}
