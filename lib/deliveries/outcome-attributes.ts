import type { JsonObject } from "../json/json.ts";
import { attributesSize, stringAttribute } from "../sqs/message-attributes.ts";

/** These fields are also sent as message attributes, so that a consumer can filter without parsing. */
const IN_ATTRIBUTES = ["status", "pollId"] as const;

const MAX_ATTRIBUTE_BYTES = 256;

/** A message attribute, as SQS and SNS take it. */
interface StringAttribute {
  readonly DataType: string;
  readonly StringValue: string;
}

/** The size of the largest attributes of an outcome, in bytes. */
export const MAX_OUTCOME_ATTRIBUTES_BYTES = attributesSize(
  Object.fromEntries(
    IN_ATTRIBUTES.map((name) => [
      name,
      { DataType: "String", StringValue: "x".repeat(MAX_ATTRIBUTE_BYTES) },
    ]),
  ),
);

/** The message attributes of an outcome, for SQS and SNS. */
export function outcomeAttributes(outcome: JsonObject): Record<string, StringAttribute> {
  return Object.fromEntries(
    IN_ATTRIBUTES.flatMap((name) => {
      const value = outcome[name];
      const text = typeof value === "string" ? value : "";
      const { StringValue } = stringAttribute(text, MAX_ATTRIBUTE_BYTES) ?? {};
      return StringValue === undefined ? [] : [[name, { DataType: "String", StringValue }]];
    }),
  );
}
