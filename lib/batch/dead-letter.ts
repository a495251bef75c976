import type { SQSRecord } from "aws-lambda";
import { MAX_MESSAGE_ATTRIBUTES, MAX_MESSAGE_BYTES, MAX_REASON_BYTES } from "../limits.ts";
import { attributesSize, attributesToSend, stringAttribute } from "../sqs/message-attributes.ts";
import { messageSize, type OutgoingMessage } from "../sqs/outgoing-message.ts";
import { traceHeaderOf } from "../sqs/trace.ts";
import { bodyText } from "./record-facts.ts";
import type { PoisonRecordError } from "./record-result.ts";

/**
 * Makes a record's dead letter: the record's body unchanged (as JSON, if a parser in the stack has replaced it by an
 * object; or the body that the error names), its attributes, and the attributes `status` (`poison`, `undelivered`,
 * `failed`, `exhausted`, `expired`) and `reason`, which replace those of an earlier dead letter. If they do not fit
 * beside the record's own attributes (ten in all, and part of the 1 MiB), they are cut or left out: a dead letter
 * without a reason is better than none.
 *
 * @throws {TypeError} when the body cannot be written as JSON
 */
export function deadLetter(record: SQSRecord, poison: PoisonRecordError): OutgoingMessage {
  const own = attributesToSend(record.messageAttributes);
  delete own.status;
  delete own.reason;
  const groupId = record.attributes?.MessageGroupId;
  const traceHeader = traceHeaderOf(record);
  const body = poison.body ?? bodyText(record);
  const letter = (attributes: OutgoingMessage["attributes"] & object): OutgoingMessage => ({
    body,
    attributes,
    traceHeader,
    ...(groupId === undefined ? {} : { groupId }),
  });

  const attributes = { ...own };
  const room = () => MAX_MESSAGE_BYTES - messageSize(letter(attributes));
  const places = () => MAX_MESSAGE_ATTRIBUTES - Object.keys(attributes).length;
  const add = (name: string, text: string, maxBytes: number) => {
    const roomForValue = room() - attributesSize({ [name]: { DataType: "String" } });
    const value = stringAttribute(text, Math.min(maxBytes, roomForValue));
    if (places() > 0 && value !== undefined) attributes[name] = value;
  };
  // If there is a place for only one of them, it is the reason.
  if (places() > 1) add("status", String(poison.status ?? "poison"), MAX_REASON_BYTES);
  add("reason", poison.message, MAX_REASON_BYTES);
  return letter(attributes);
}
