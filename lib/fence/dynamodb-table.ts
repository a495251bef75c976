import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod/mini";
import { checkOptions } from "../options/check-options.ts";
import { abortWrite } from "./abort-write.ts";
import { type Claim, type ClaimDecision, decideClaim, type PollRow } from "./claim-decision.ts";
import { conditionalWriter } from "./conditional-writer.ts";
import { itemReader } from "./item-reader.ts";
import type { PollTable, TableCallOptions } from "./poll-table.ts";
import {
  AFTER_ANY_LEASE,
  type ConditionalWrite,
  claimAndDecideWrite,
  claimWrite,
  decideWrite,
  deliveryWrite,
  giveBackWrite,
  keepLeaseWrite,
  nextWrite,
  stateWrite,
} from "./row-writes.ts";

/** Options of {@link dynamoDbTable}. */
export interface DynamoDbTableOptions {
  /** A table whose partition key is the string `pollId`, without a sort key; its TTL attribute is `ttl`. */
  readonly tableName: string;
  /** `@default` a client with the SDK's standard settings, whose calls end within seconds */
  readonly client?: DynamoDBClient;
}

const optionSchema = z.strictObject({
  tableName: z.string("must be a table's name").check(z.minLength(3, "must be a table's name")),
  client: z.optional(
    z.custom<DynamoDBClient>(
      (value) => typeof value === "object" && value !== null && "send" in value,
      "must be a DynamoDBClient",
    ),
  ),
});

/**
 * The fence's table on DynamoDB. A claim is one conditional write; the row is read only when the write was refused.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 */
export function dynamoDbTable(options: DynamoDbTableOptions): PollTable {
  const { tableName, client } = checkOptions("dynamoDbTable", optionSchema, options);
  const writeItemIf = conditionalWriter(tableName, client);
  const readItem = itemReader(tableName, client);
  const writeIf = async (
    pollId: string,
    write: ConditionalWrite,
    callOptions: TableCallOptions | undefined,
  ): Promise<WriteResult> => {
    const result = await writeItemIf(pollId, write, callOptions);
    if (result.kind === "written") return result;
    const readRow = async () => {
      const item = await result.readItem();
      return item && rowOf(item, tableName);
    };
    return { kind: "refused", readRow };
  };

  const claimBy = async (
    write: ConditionalWrite,
    claim: Claim,
    now: number,
    callOptions: TableCallOptions | undefined,
  ): Promise<ClaimDecision> => {
    const result = await writeIf(claim.pollId, write, callOptions);
    if (result.kind === "written") {
      return { kind: "claimed", ...saidBy(result.attributes, tableName) };
    }
    const row = await result.readRow();
    const decision = decideClaim(row, claim, now);
    const wasWritten = row?.claimId === claim.claimId;
    // The row may have changed between the refused write and the read: the record then comes back.
    return decision.kind !== "claimed" || wasWritten
      ? decision
      : { kind: "leased", owner: "itself", until: Math.min(now, claim.leaseUntil) };
  };

  return {
    claim: (claim, now, callOptions) => claimBy(claimWrite(claim, now), claim, now, callOptions),

    claimAndDecide: (claim, outcome, callOptions) =>
      claimBy(claimAndDecideWrite(claim, outcome), claim, AFTER_ANY_LEASE, callOptions),

    async decide(claim, outcome, options = {}) {
      const { isUnknownStart = false, hasStartedNothing = false, ...callOptions } = options;
      const write = decideWrite(claim, outcome, { isUnknownStart, hasStartedNothing });
      const result = await writeIf(claim.pollId, write, callOptions);
      if (result.kind === "written") return outcome;
      const row = await result.readRow();
      if (row?.outcome !== undefined) return row.outcome;
      throw new Error(
        row === undefined
          ? `table ${tableName}: the row of a claimed poll is gone; the record comes back and is claimed again`
          : `table ${tableName}: the poll goes on meanwhile; the record comes back and is claimed again`,
      );
    },

    async keepNext(claim, next, callOptions) {
      await writeIf(claim.pollId, nextWrite(claim, next), callOptions);
    },

    async giveBack(claim, { next, ...callOptions } = {}) {
      await writeIf(claim.pollId, giveBackWrite(claim, next), callOptions);
    },

    async keepLease(claim, until, { rowState, ...callOptions } = {}) {
      await writeIf(claim.pollId, keepLeaseWrite(claim, until, rowState), callOptions);
    },

    async writeDelivery(pollId, note, callOptions) {
      await writeItemIf(pollId, deliveryWrite(note), callOptions);
    },

    async writeState(pollId, by, rowState, callOptions) {
      await writeItemIf(pollId, stateWrite(by, rowState), callOptions);
    },

    async markAbort(pollId, abortClaimId, { onlyClaimed = false, ...callOptions } = {}) {
      const write = abortWrite(abortClaimId, onlyClaimed);
      return (await writeItemIf(pollId, write, callOptions)).kind === "written";
    },

    async find(pollId, callOptions) {
      const item = await readItem(pollId, callOptions);
      return item && rowOf(item, tableName);
    },
  };
}

type WriteResult =
  /** With the new values of the attributes that were set. */
  | { readonly kind: "written"; readonly attributes: Readonly<Record<string, unknown>> }
  /** The condition on the row was false. */
  | { readonly kind: "refused"; readonly readRow: () => Promise<PollRow | undefined> };

const writtenSchema = z.object({ proof: z.string(), startedAt: z.optional(z.number()) });

/** What a written claim tells the poll's later messages. */
function saidBy(attributes: Readonly<Record<string, unknown>>, tableName: string) {
  const result = writtenSchema.safeParse(attributes);
  if (!result.success) {
    throw new TypeError(
      `table ${tableName}: a claim was written, but the answer has no proof: the table must support ReturnValues UPDATED_NEW`,
    );
  }
  const { proof, startedAt } = result.data;
  return startedAt === undefined ? { proof } : { proof, startedAt };
}

const rowSchema = z.object({
  seen: z.number(),
  owner: z.string(),
  claimId: z.string(),
  leaseUntil: z.number(),
  proof: z.optional(z.string()),
  proofClaimId: z.optional(z.string()),
  digest: z.optional(z.string()),
  startClaimId: z.optional(z.string()),
  startedAt: z.optional(z.number()),
  next: z.optional(z.instanceof(Uint8Array)),
  nudgedClaimId: z.optional(z.string()),
  outcome: z.optional(z.instanceof(Uint8Array)),
});

function rowOf(item: Readonly<Record<string, unknown>>, tableName: string): PollRow {
  const result = rowSchema.safeParse(item);
  if (!result.success) {
    const problems = result.error.issues.map(({ path }) => path.join("."));
    throw new TypeError(
      `table ${tableName}: a poll's row has no valid ${problems.join(", ")}: give the fence its own table`,
    );
  }
  const { proof, proofClaimId, digest, startClaimId, next, startedAt, outcome, ...more } =
    result.data;
  const { nudgedClaimId, ...row } = more;
  return {
    ...row,
    ...(proof === undefined ? {} : { proof }),
    ...(proofClaimId === undefined ? {} : { proofClaimId }),
    ...(digest === undefined ? {} : { digest }),
    ...(startClaimId === undefined ? {} : { startClaimId }),
    ...(next === undefined ? {} : { next }),
    ...(nudgedClaimId === undefined ? {} : { nudgedClaimId }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(outcome === undefined ? {} : { outcome }),
  };
}
