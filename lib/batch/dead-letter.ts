import type { SQSRecord } from "aws-lambda";
import { MAX_MESSAGE_ATTRIBUTES, MAX_MESSAGE_BYTES, MAX_REASON_BYTES } from "../limits.ts";
import { attributesSize, attributesToSend, stringAttribute } from "../sqs/message-attributes.ts";
import { messageSize, type OutgoingMessage } from "../sqs/outgoing-message.ts";
import { bodyText } from "./record-facts.ts";
import type { PoisonRecordError } from "./record-result.ts";

/**
 * Makes a record's dead letter: its body unchanged (as JSON, where a parser in the stack has made an object of it),
 * its attributes kept, and why it is one in the attributes
 * `status` (`poison`, `failed`, `exhausted`, `expired`) and `reason`, in the place of those of an earlier letter. What SQS could not take beside the record's own
 * attributes (ten in all, counted in the 1 MiB) is cut or left out: a dead letter without its reason is
 * worth more than none.
 *
 * @throws {TypeError} when the body has no JSON form any more
 */
export function deadLetter(record: SQSRecord, poison: PoisonRecordError): OutgoingMessage {
  const own = attributesToSend(record.messageAttributes);
  delete own.status;
  delete own.reason;
  const groupId = record.attributes?.MessageGroupId;
  const body = bodyText(record);
  const letter = (attributes: OutgoingMessage["attributes"] & object): OutgoingMessage => ({
    body,
    attributes,
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
  // The reason is worth more than the status, where only one of them has a place.
  if (places() > 1) add("status", String(poison.status ?? "poison"), MAX_REASON_BYTES);
  add("reason", poison.message, MAX_REASON_BYTES);
  return letter(attributes);
}
