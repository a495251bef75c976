import type { DynamoDBDocumentClient, UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { checkOptions } from "../batch/options.ts";
import {
  type Claim,
  type ClaimDecision,
  decideClaim,
  type PollRow,
  takesOverFrom,
} from "./claim-decision.ts";
import { type PollTable, type TableCallOptions, TableRefusalError } from "./poll-table.ts";

/** Options of {@link dynamoDbTable}. */
export interface DynamoDbTableOptions {
  /** A table whose partition key is the string `pollId`, without a sort key; its TTL attribute is `ttl`. */
  readonly tableName: string;
  /** `@default` a client by the SDK's standard settings, whose calls end within seconds */
  readonly client?: DynamoDBDocumentClient;
}

const optionSchema = z.strictObject({
  tableName: z.string("must be a table's name").check(z.minLength(3, "must be a table's name")),
  client: z.optional(
    z.custom<DynamoDBDocumentClient>(
      (value) => typeof value === "object" && value !== null && "send" in value,
      "must be a DynamoDBDocumentClient",
    ),
  ),
});

/**
 * The fence's table on DynamoDB: one conditional write a claim; the row is read only where that was refused.
 *
 * @throws {TypeError} at once, when an option is wrong or unknown
 */
export function dynamoDbTable(options: DynamoDbTableOptions): PollTable {
  const { tableName, client } = checkOptions("dynamoDbTable", optionSchema, options);
  const loading = loadSdk(client);
  // Who calls is told; nobody may ever.
  loading.catch(() => undefined);

  /** @returns `undefined` when it was written; else how to read the row that refused it */
  const writeIf = async (
    pollId: string,
    write: ConditionalWrite,
    { signal }: TableCallOptions = {},
  ): Promise<(() => Promise<PollRow | undefined>) | undefined> => {
    const { documents, GetCommand, UpdateCommand, unmarshall } = await loading;
    const key = { TableName: tableName, Key: { pollId } };
    const callOptions = signal === undefined ? {} : { abortSignal: signal };
    const update = new UpdateCommand({
      ...key,
      ...write,
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    const attemptErrors: unknown[] = [];
    // Within the SDK's retries: a refusal after a try that may have been written says nothing of that.
    update.middlewareStack.add(
      (next) => async (args) => {
        try {
          return await next(args);
        } catch (error) {
          attemptErrors.push(error);
          throw error;
        }
      },
      { step: "deserialize", priority: "high" },
    );
    try {
      await documents.send(update, callOptions);
      return undefined;
    } catch (error) {
      if (!isRefusal(error)) throw asTableError(error, attemptErrors, tableName);
      const { Item } = error;
      return async () => {
        if (Item !== undefined) return rowOf(unmarshall(Item), tableName);
        // A DynamoDB of somebody's own may bring no item.
        const get = new GetCommand({ ...key, ConsistentRead: true });
        const found = await documents.send(get, callOptions);
        return found.Item && rowOf(found.Item, tableName);
      };
    }
  };

  return {
    async claim(claim, now, callOptions) {
      const refusingRow = await writeIf(claim.pollId, claimWrite(claim, now), callOptions);
      if (refusingRow === undefined) return CLAIMED;
      const row = await refusingRow();
      const decision = decideClaim(row, claim, now);
      const wasWritten = row?.claimId === claim.claimId;
      // Read apart from the refused write, the row can have changed meanwhile: then the record comes again.
      return decision.kind !== "claimed" || wasWritten
        ? decision
        : { kind: "leased", owner: "itself", until: now };
    },

    async decide(claim, outcome, callOptions) {
      const refusingRow = await writeIf(claim.pollId, decideWrite(claim, outcome), callOptions);
      if (refusingRow === undefined) return outcome;
      const counts = (await refusingRow())?.outcome;
      if (counts !== undefined) return counts;
      throw new Error(`table ${tableName}: the row of a claimed poll is gone; it is claimed anew`);
    },

    async giveBack(claim, callOptions) {
      await writeIf(claim.pollId, leaseWrite(claim, 0), callOptions);
    },

    async keepLease(claim, until, callOptions) {
      await writeIf(claim.pollId, leaseWrite(claim, until), callOptions);
    },
  };
}

type ConditionalWrite = Required<
  Pick<
    UpdateCommandInput,
    | "UpdateExpression"
    | "ConditionExpression"
    | "ExpressionAttributeNames"
    | "ExpressionAttributeValues"
  >
>;

const CLAIMED: ClaimDecision = { kind: "claimed" };

/** {@link decideClaim}'s `claimed`, as a condition. */
function claimWrite(claim: Claim, now: number): ConditionalWrite {
  return {
    UpdateExpression:
      "SET #seen = :seen, #owner = :owner, #claimId = :claimId, #leaseUntil = :leaseUntil, #ttl = :ttl",
    // No parentheses, as AND binds first: the local stack's DynamoDB parses four times as long for each pair.
    ConditionExpression: [
      "attribute_not_exists(#pollId)",
      "attribute_not_exists(#outcome) AND #seen < :seen",
      "attribute_not_exists(#outcome) AND #seen = :seen AND #owner = :owner AND #leaseUntil <= :now",
      "attribute_not_exists(#outcome) AND #seen = :seen AND #leaseUntil <= :takesOverFrom",
    ].join(" OR "),
    ExpressionAttributeNames: names(
      "pollId",
      "seen",
      "owner",
      "claimId",
      "leaseUntil",
      "ttl",
      "outcome",
    ),
    ExpressionAttributeValues: {
      ":seen": claim.sequence,
      ":owner": claim.copyId,
      ":claimId": claim.claimId,
      ":leaseUntil": claim.leaseUntil,
      ":ttl": claim.ttl,
      ":now": now,
      ":takesOverFrom": takesOverFrom(claim, now),
    },
  };
}

function decideWrite(claim: Claim, outcome: Uint8Array): ConditionalWrite {
  return {
    UpdateExpression: "SET #outcome = :outcome, #ttl = :ttl",
    ConditionExpression: "attribute_exists(#pollId) AND attribute_not_exists(#outcome)",
    ExpressionAttributeNames: names("pollId", "outcome", "ttl"),
    ExpressionAttributeValues: { ":outcome": outcome, ":ttl": claim.ttl },
  };
}

function leaseWrite(claim: Claim, until: number): ConditionalWrite {
  return {
    UpdateExpression: "SET #leaseUntil = :until",
    ConditionExpression: "#claimId = :claimId",
    ExpressionAttributeNames: names("leaseUntil", "claimId"),
    ExpressionAttributeValues: { ":until": until, ":claimId": claim.claimId },
  };
}

/** By placeholders: `owner` and `ttl` are reserved words (Amazon DynamoDB, "Reserved words in DynamoDB"). */
function names(...attributes: readonly string[]): Record<string, string> {
  return Object.fromEntries(attributes.map((attribute) => [`#${attribute}`, attribute]));
}

const rowSchema = z.object({
  seen: z.number(),
  owner: z.string(),
  claimId: z.string(),
  leaseUntil: z.number(),
  outcome: z.optional(z.instanceof(Uint8Array)),
});

function rowOf(item: Readonly<Record<string, unknown>>, tableName: string): PollRow {
  const result = rowSchema.safeParse(item);
  if (!result.success) {
    const problems = result.error.issues.map(({ path }) => path.join("."));
    throw new TypeError(
      `table ${tableName}: a poll's row has no proper ${problems.join(", ")}: give the fence a table of its own`,
    );
  }
  const { outcome, ...row } = result.data;
  return outcome === undefined ? row : { ...row, outcome };
}

function isRefusal(error: unknown): error is { Item?: Item | undefined } {
  return error instanceof Error && error.name === "ConditionalCheckFailedException";
}

const NEVER_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "EMFILE",
  "ENFILE",
  "EADDRNOTAVAIL",
]);

/** An answer of 4xx (throttling is a 400 here), or a connection that never was: nothing was written. */
const refusalSchema = z.union([
  z.object({
    $metadata: z.object({ httpStatusCode: z.number().check(z.gte(400), z.lt(500)) }),
  }),
  z.object({ code: z.string().check(z.refine((code) => NEVER_CONNECTED.has(code))) }),
  z.object({ syscall: z.literal("connect") }),
]);

/** @param attemptErrors how each try of the call failed */
function asTableError(
  error: unknown,
  attemptErrors: readonly unknown[],
  tableName: string,
): unknown {
  const isRefused = [error, ...attemptErrors].every((of) => refusalSchema.safeParse(of).success);
  if (!(error instanceof Error) || !isRefused) return error;
  const { name, message } = error;
  return new TableRefusalError(`table ${tableName}: ${name}: ${message}`, { cause: error });
}

type Item = Parameters<typeof import("./dynamodb-sdk.ts").unmarshall>[0];

async function loadSdk(client: DynamoDBDocumentClient | undefined) {
  const sdk = await import("./dynamodb-sdk.ts");
  return { ...sdk, documents: client ?? sdk.createDocumentClient() };
}
