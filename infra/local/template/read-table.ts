import * as z from "zod/mini";
import { parseAt } from "./template-error.ts";
import type { TemplateValue } from "./template-value.ts";

/** A DynamoDB table of the template. */
export interface TemplateTable {
  readonly logicalId: string;
  readonly name: string;
  readonly attributes: readonly { readonly name: string; readonly type: "S" | "N" | "B" }[];
  readonly keys: readonly { readonly name: string; readonly type: "HASH" | "RANGE" }[];
}

/** Locally only the keys matter, not billing, encryption, backups and expiry. */
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
