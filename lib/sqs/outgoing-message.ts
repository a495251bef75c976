import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { attributesSize } from "./message-attributes.ts";

/** A message to send. */
export interface OutgoingMessage {
  readonly body: string;
  /** Whole seconds, 0 to 900. `@default` 0 */
  readonly delaySeconds?: number;
  readonly attributes?: Readonly<Record<string, MessageAttributeValue>>;
  /** A fair queue's MessageGroupId. */
  readonly groupId?: string;
  /** The trace it belongs to: its `AWSTraceHeader`. It counts against no limit. */
  readonly traceHeader?: string | undefined;
}

/** The size of a message that counts against SQS's limits, in bytes: its body and its attributes. */
export function messageSize({ body, attributes = {} }: OutgoingMessage): number {
  return Buffer.byteLength(body) + attributesSize(attributes);
}
