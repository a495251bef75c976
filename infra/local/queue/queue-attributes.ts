import {
  DELAY_SECONDS,
  MESSAGE_BYTES,
  VISIBILITY_TIMEOUT_SECONDS,
  WAIT_TIME_SECONDS,
} from "./limits.ts";
import {
  assertRedriveAllowPolicy,
  parseRedrivePolicy,
  type RedrivePolicy,
} from "./redrive-policy.ts";
import { SqsError } from "./sqs-error.ts";

/** Queue attributes as in the API: names of the API Reference, values as strings. */
export type QueueAttributes = Readonly<Record<string, string>>;

/** The attributes that the model uses. Each name contains the unit. */
export interface QueueSettings {
  readonly delaySeconds: number;
  readonly maximumMessageSize: number;
  readonly messageRetentionSeconds: number;
  readonly receiveWaitTimeSeconds: number;
  readonly visibilityTimeoutSeconds: number;
  readonly redrivePolicy: RedrivePolicy | undefined;
}

interface WholeNumber {
  readonly minimum: number;
  readonly maximum: number;
  readonly initial: number | undefined;
}

/** Ranges and defaults: CreateQueue (API Reference). */
const NUMBERS: Readonly<Record<string, WholeNumber>> = {
  DelaySeconds: { minimum: 0, maximum: DELAY_SECONDS, initial: 0 },
  MaximumMessageSize: { minimum: 1024, maximum: MESSAGE_BYTES, initial: MESSAGE_BYTES },
  MessageRetentionPeriod: { minimum: 60, maximum: 1_209_600, initial: 345_600 },
  ReceiveMessageWaitTimeSeconds: { minimum: 0, maximum: WAIT_TIME_SECONDS, initial: 0 },
  VisibilityTimeout: { minimum: 0, maximum: VISIBILITY_TIMEOUT_SECONDS, initial: 30 },
  KmsDataKeyReusePeriodSeconds: { minimum: 60, maximum: 86_400, initial: undefined },
};
const TEXTS = ["Policy", "KmsMasterKeyId"];
const FIFO_ONLY = new Set([
  "ContentBasedDeduplication",
  "DeduplicationScope",
  "FifoThroughputLimit",
]);

export const DEFAULT_ATTRIBUTES: QueueAttributes = {
  ...Object.fromEntries(
    Object.entries(NUMBERS).flatMap(([name, { initial }]) =>
      initial === undefined ? [] : [[name, String(initial)]],
    ),
  ),
  SqsManagedSseEnabled: "true",
};

/** @throws SqsError UnsupportedOperation for a FIFO queue: only standard queues are modelled. */
export function assertStandardQueue(name: string, attributes: QueueAttributes): void {
  if (!name.endsWith(".fifo") && attributes.FifoQueue !== "true") return;
  throw new SqsError(
    "UnsupportedOperation",
    `Queue ${name} would be a FIFO queue; only standard queues exist here: leave out FifoQueue and the name's .fifo suffix.`,
  );
}

/**
 * The attributes after a change. An empty text removes an optional attribute.
 * @throws SqsError InvalidAttributeName, InvalidAttributeValue, or InvalidParameterValue for a
 *   redrive policy.
 */
export function changedAttributes(
  current: QueueAttributes,
  change: QueueAttributes,
): QueueAttributes {
  const attributes: Record<string, string> = { ...current };
  for (const [name, value] of Object.entries(change)) {
    if (value === "" && !isNumber(name)) {
      assertAttributeName(name);
      delete attributes[name];
      continue;
    }
    assertAttribute(name, value);
    attributes[name] = value;
  }
  return attributes;
}

/** The name of an attribute whose given value differs from the queue's, or `undefined`. */
export function differingAttribute(
  current: QueueAttributes,
  wanted: QueueAttributes,
): string | undefined {
  return Object.keys(wanted).find(
    (name) => canonical(name, current[name]) !== canonical(name, wanted[name]),
  );
}

/** The settings of the model from checked attributes. */
export function settingsOf(attributes: QueueAttributes): QueueSettings {
  const number = (name: string): number => Number(attributes[name]);
  const redrivePolicy = attributes.RedrivePolicy;
  return {
    delaySeconds: number("DelaySeconds"),
    maximumMessageSize: number("MaximumMessageSize"),
    messageRetentionSeconds: number("MessageRetentionPeriod"),
    receiveWaitTimeSeconds: number("ReceiveMessageWaitTimeSeconds"),
    visibilityTimeoutSeconds: number("VisibilityTimeout"),
    redrivePolicy: redrivePolicy === undefined ? undefined : parseRedrivePolicy(redrivePolicy),
  };
}

const isNumber = (name: string): boolean => Object.hasOwn(NUMBERS, name);

function assertAttributeName(name: string): void {
  const known = isNumber(name) || TEXTS.includes(name);
  const policy = name === "RedrivePolicy" || name === "RedriveAllowPolicy";
  if (known || policy || name === "SqsManagedSseEnabled") return;
  const reason = FIFO_ONLY.has(name) ? " It belongs to FIFO queues." : "";
  throw new SqsError("InvalidAttributeName", `Unknown Attribute ${name}.${reason}`);
}

function assertAttribute(name: string, value: string): void {
  assertAttributeName(name);
  if (name === "RedrivePolicy") parseRedrivePolicy(value);
  if (name === "RedriveAllowPolicy") assertRedriveAllowPolicy(value);
  if (name === "SqsManagedSseEnabled" && value !== "true" && value !== "false") {
    throw invalidValue(name, "true or false");
  }
  const range = isNumber(name) ? NUMBERS[name] : undefined;
  if (range === undefined) return;
  const number = Number(value);
  if (!/^\d+$/.test(value) || number < range.minimum || number > range.maximum) {
    throw invalidValue(name, `an integer from ${range.minimum} to ${range.maximum}`);
  }
}

const invalidValue = (name: string, expected: string): SqsError =>
  new SqsError(
    "InvalidAttributeValue",
    `Invalid value for the parameter ${name}. Reason: It must be ${expected}.`,
  );

function canonical(name: string, value: string | undefined): string | undefined {
  if (name !== "RedrivePolicy" || value === undefined) return value;
  const { deadLetterTargetArn, maxReceiveCount } = parseRedrivePolicy(value);
  return `${maxReceiveCount} ${deadLetterTargetArn}`;
}
