import * as z from "zod/mini";
import { parseAt } from "./template-error.ts";
import type { TemplateValue } from "./template-value.ts";
import { scalarText } from "./value-schemas.ts";

/** A queue of the template. */
export interface TemplateQueue {
  readonly logicalId: string;
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  /** The attributes, as CreateQueue takes them. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly tags: Readonly<Record<string, string>>;
  /** The ARN of its dead-letter queue. */
  readonly deadLetterTargetArn?: string;
}

const policy = z.record(z.string(), z.json());

const propertiesSchema = z.strictObject({
  QueueName: z.optional(z.string()),
  FifoQueue: z.optional(scalarText),
  ContentBasedDeduplication: z.optional(scalarText),
  DelaySeconds: z.optional(scalarText),
  MaximumMessageSize: z.optional(scalarText),
  MessageRetentionPeriod: z.optional(scalarText),
  ReceiveMessageWaitTimeSeconds: z.optional(scalarText),
  VisibilityTimeout: z.optional(scalarText),
  KmsMasterKeyId: z.optional(scalarText),
  KmsDataKeyReusePeriodSeconds: z.optional(scalarText),
  SqsManagedSseEnabled: z.optional(scalarText),
  RedrivePolicy: z.optional(z.looseObject({ deadLetterTargetArn: z.string() })),
  RedriveAllowPolicy: z.optional(policy),
  Tags: z.optional(z.array(z.object({ Key: z.string(), Value: scalarText }))),
});

/** Reads the resolved properties of an AWS::SQS::Queue. */
export function readQueue(
  identity: Pick<TemplateQueue, "logicalId" | "name" | "url" | "arn">,
  properties: TemplateValue,
  path: string,
): TemplateQueue {
  const { QueueName: _name, Tags = [], ...rest } = parseAt(propertiesSchema, properties, path);
  const attributes = Object.entries(rest).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return [[name, typeof value === "string" ? value : JSON.stringify(value)]];
  });
  return {
    ...identity,
    attributes: Object.fromEntries(attributes),
    tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])),
    ...(rest.RedrivePolicy && { deadLetterTargetArn: rest.RedrivePolicy.deadLetterTargetArn }),
  };
}
