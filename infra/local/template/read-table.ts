import * as z from "zod/mini";
import { parseAt } from "./template-error.ts";
import type { TemplateValue } from "./template-value.ts";
import { integer } from "./value-schemas.ts";

/** A DynamoDB table of the template. */
export interface TemplateTable {
  readonly logicalId: string;
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly type: "S" | "N" | "B" }[];
  readonly keys: readonly { readonly name: string; readonly type: "HASH" | "RANGE" }[];
}

/**
 * Locally only the keys matter, not billing, throughput, encryption, backups and expiry. The least warm throughput is
 * what a new table has (Amazon DynamoDB, "Understanding DynamoDB warm throughput in different scenarios").
 */
const propertiesSchema = z.strictObject({
  TableName: z.optional(z.string()),
  AttributeDefinitions: z.array(
    z.strictObject({ AttributeName: z.string(), AttributeType: z.enum(["S", "N", "B"]) }),
  ),
  KeySchema: z.array(
    z.strictObject({ AttributeName: z.string(), KeyType: z.enum(["HASH", "RANGE"]) }),
  ),
  BillingMode: z.literal("PAY_PER_REQUEST"),
  DeletionProtectionEnabled: z.optional(z.json()),
  PointInTimeRecoverySpecification: z.optional(z.json()),
  SSESpecification: z.optional(z.json()),
  Tags: z.optional(z.json()),
  TimeToLiveSpecification: z.optional(z.json()),
  WarmThroughput: z.optional(
    z.strictObject({
      ReadUnitsPerSecond: z.optional(integer(12_000, Number.MAX_SAFE_INTEGER)),
      WriteUnitsPerSecond: z.optional(integer(4000, Number.MAX_SAFE_INTEGER)),
    }),
  ),
});

/** Reads the resolved properties of an AWS::DynamoDB::Table. */
export function readTable(
  identity: Pick<TemplateTable, "logicalId" | "name">,
  properties: TemplateValue,
  path: string,
): TemplateTable {
  const { AttributeDefinitions, KeySchema } = parseAt(propertiesSchema, properties, path);
  return {
    ...identity,
    attributes: AttributeDefinitions.map(({ AttributeName: name, AttributeType: type }) => ({
      name,
      type,
    })),
    keys: KeySchema.map(({ AttributeName: name, KeyType: type }) => ({ name, type })),
  };
}
