import { ATTRIBUTE_NAME_CHARACTERS, DELAY_SECONDS, MESSAGE_ATTRIBUTES } from "./limits.ts";
import { type MessageAttribute, messageBytes, type OutgoingMessage } from "./message.ts";
import { invalidParameter, SqsError } from "./sqs-error.ts";

const OUTSIDE_XML_CHARACTERS = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const GROUP_ID = /^[A-Za-z0-9!-/:-@[-`{-~]{1,128}$/;
const ATTRIBUTE_NAME = /^(?!\.)(?!.*\.\.)[A-Za-z0-9_.-]+(?<!\.)$/;
const RESERVED_PREFIX = /^(aws|amazon)\./i;
const DATA_TYPE = /^(String|Number|Binary)(\..+)?$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * Checks a message by SQS's rules (SendMessage, 'Amazon SQS message metadata').
 * @param maximumBytes the queue's MaximumMessageSize.
 * @throws SqsError with the code that SQS returns.
 */
export function assertSendable(message: OutgoingMessage, maximumBytes: number): void {
  if (message.body === "") {
    throw new SqsError("MissingParameter", "The request must contain the parameter MessageBody.");
  }
  assertXmlCharacters(message.body, "The message body");
  assertWithin("DelaySeconds", message.delaySeconds, 0, DELAY_SECONDS);
  assertAttributes(message);
  if (message.groupId !== undefined && !GROUP_ID.test(message.groupId)) {
    throw invalidParameter(
      "MessageGroupId",
      message.groupId,
      "It can have 1 to 128 alphanumeric characters and punctuation.",
    );
  }
  if (messageBytes(message) > maximumBytes) {
    throw new SqsError(
      "InvalidParameterValue",
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumBytes} bytes.`,
    );
  }
}

/** @throws SqsError InvalidParameterValue when a given number is out of range. */
export function assertWithin(
  parameter: string,
  value: number | undefined,
  minimum: number,
  maximum: number,
): void {
  if (value === undefined) return;
  if (Number.isInteger(value) && value >= minimum && value <= maximum) return;
  throw invalidParameter(
    parameter,
    value,
    `Must be an integer between ${minimum} and ${maximum}, if provided.`,
  );
}

function assertXmlCharacters(text: string, what: string): void {
  const found = OUTSIDE_XML_CHARACTERS.exec(text);
  if (found === null) return;
  const codePoint = found[0].codePointAt(0)?.toString(16).toUpperCase().padStart(4, "0");
  throw new SqsError(
    "InvalidMessageContents",
    `${what} has the character U+${codePoint} at ${found.index}, which is outside the set SQS allows: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.`,
  );
}

function assertAttributes(message: OutgoingMessage): void {
  const attributes = Object.entries(message.attributes ?? {});
  if (attributes.length > MESSAGE_ATTRIBUTES) {
    throw new SqsError(
      "InvalidParameterValue",
      `Number of message attributes [${attributes.length}] exceeds the allowed maximum [${MESSAGE_ATTRIBUTES}].`,
    );
  }
  for (const [name, attribute] of attributes) {
    assertAttributeName(name);
    assertAttributeValue(name, attribute);
  }
  if (message.traceHeader === "") {
    throw new SqsError(
      "InvalidParameterValue",
      "Message (system) attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.",
    );
  }
}

function assertAttributeName(name: string): void {
  const reason =
    name.length > ATTRIBUTE_NAME_CHARACTERS
      ? `it can be up to ${ATTRIBUTE_NAME_CHARACTERS} characters long`
      : RESERVED_PREFIX.test(name)
        ? "it must not start with the reserved prefixes AWS. or Amazon."
        : !ATTRIBUTE_NAME.test(name)
          ? "it can contain alphanumeric characters, '_', '-' and '.', must not start or end with a '.', nor have '..' in it"
          : undefined;
  if (reason === undefined) return;
  throw new SqsError(
    "InvalidParameterValue",
    `Message (user) attribute name '${name}' is invalid: ${reason}.`,
  );
}

function assertAttributeValue(name: string, attribute: MessageAttribute): void {
  const { dataType } = attribute;
  const logicalType = DATA_TYPE.exec(dataType)?.[1];
  if (logicalType === undefined || dataType.length > ATTRIBUTE_NAME_CHARACTERS) {
    throw new SqsError(
      "InvalidParameterValue",
      `The message attribute '${name}' has an invalid message attribute type '${dataType}': the supported types start with String, Number or Binary and have up to ${ATTRIBUTE_NAME_CHARACTERS} characters.`,
    );
  }
  const value = "stringValue" in attribute ? attribute.stringValue : attribute.binaryValue;
  if (value.length === 0 || (typeof value === "string") === (logicalType === "Binary")) {
    throw new SqsError(
      "InvalidParameterValue",
      `Message (user) attribute '${name}' must contain a non-empty value of type '${dataType}'.`,
    );
  }
  if (typeof value !== "string") return;
  assertXmlCharacters(value, `Message (user) attribute '${name}'`);
  if (logicalType === "Number" && !NUMBER.test(value)) {
    throw new SqsError(
      "InvalidParameterValue",
      `Could not cast message attribute '${name}' value to number.`,
    );
  }
}
