import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { SQSMessageAttributes } from "aws-lambda";

/**
 * Converts the message attributes of a received record to those of a message to send.
 *
 * @param received a record's `messageAttributes` as Lambda passes them: binary values in base64
 */
export function attributesToSend(
  received: SQSMessageAttributes | undefined,
): Record<string, MessageAttributeValue> {
  // fromEntries defines members; an assignment would lose an attribute named `__proto__`.
  return Object.fromEntries(
    Object.entries(received ?? {}).map(([name, { dataType, stringValue, binaryValue }]) => [
      name,
      {
        DataType: dataType,
        ...(stringValue === undefined ? {} : { StringValue: stringValue }),
        ...(binaryValue === undefined ? {} : { BinaryValue: Buffer.from(binaryValue, "base64") }),
      },
    ]),
  );
}

/** The size of attributes that counts against SQS's limit, in bytes (Amazon SQS quotas: name, type and value count). */
export function attributesSize(
  attributes: Readonly<Record<string, MessageAttributeValue>>,
): number {
  let bytes = 0;
  for (const [name, { DataType = "", StringValue = "", BinaryValue }] of Object.entries(
    attributes,
  )) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(DataType);
    bytes += Buffer.byteLength(StringValue) + (BinaryValue?.byteLength ?? 0);
  }
  return bytes;
}

/**
 * Makes a string attribute that SQS accepts: characters outside XML 1.0's set are replaced, and the text is cut to
 * `maxBytes` between characters.
 *
 * @returns `undefined` when nothing is left, because SQS refuses an empty value
 */
export function stringAttribute(text: string, maxBytes: number): MessageAttributeValue | undefined {
  const value = cut(text.toWellFormed().replace(NOT_XML, "\uFFFD"), maxBytes);
  return value === "" ? undefined : { DataType: "String", StringValue: value };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what SQS refuses
const NOT_XML = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\uFFFE\uFFFF]/g;

function cut(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  if (bytes.length <= maxBytes) return text;
  let end = Math.max(0, maxBytes);
  // Never cut before a continuation byte (10xxxxxx).
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}
