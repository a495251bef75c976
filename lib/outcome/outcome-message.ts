import type { Completed } from "../batch/record-result.ts";
import type { JsonObject } from "../json/json.ts";
import { MAX_MESSAGE_BYTES } from "../limits.ts";
import { attributesSize, stringAttribute } from "../sqs/message-attributes.ts";
import type { OutgoingMessage } from "../sqs/outgoing-message.ts";
import { fitOutcome } from "./outcome.ts";

const MAX_ATTRIBUTE_BYTES = 256;

/**
 * Makes the message that delivers an outcome: its JSON, with `status` and `pollId` as message attributes where it
 * has them, so that a consumer can filter without parsing.
 *
 * @param json the outcome as it was written before. `@default` {@link outcomeJson}
 * @throws {RangeError} when it does not fit into a message
 */
export function outcomeMessage(
  outcome: JsonObject,
  json: string = outcomeJson(outcome),
): OutgoingMessage {
  return { body: json, attributes: attributesOf(outcome) };
}

/**
 * Writes an outcome as JSON that fits into a message beside its attributes.
 *
 * @throws {RangeError} when it does not, though parts were dropped
 */
export function outcomeJson(outcome: JsonObject): string {
  return fitOutcome(outcome, MAX_MESSAGE_BYTES - attributesSize(attributesOf(outcome)));
}

/**
 * Completes a record with an outcome that is written at once, and says all but its `response`, `result` and `context`:
 * as objects these can take fifteen times the memory, for each of a batch.
 *
 * @param json the outcome as it was written before. `@default` {@link outcomeJson}
 * @throws {RangeError} when it does not fit into a message
 */
export function completedWritten(
  outcome: JsonObject,
  json: string = outcomeJson(outcome),
): Completed {
  const { response: _response, result: _result, context: _context, ...said } = outcome;
  return { kind: "completed", outcome: said, json };
}

function attributesOf({ status, pollId }: JsonObject) {
  return { ...attribute("status", status), ...attribute("pollId", pollId) };
}

function attribute(name: string, value: unknown) {
  const made = typeof value === "string" ? stringAttribute(value, MAX_ATTRIBUTE_BYTES) : undefined;
  return made === undefined ? {} : { [name]: made };
}
