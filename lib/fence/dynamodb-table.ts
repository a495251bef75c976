import type { DynamoDBDocumentClient, UpdateCommandInput } from "@aws-sdk/lib-dynamodb";
import * as z from "zod/mini";
import { checkOptions } from "../options/check-options.ts";
import { type Claim, decideClaim, type PollRow, takesOverFrom } from "./claim-decision.ts";
import { type PollTable, type TableCallOptions, TableRefusalError } from "./poll-table.ts";

/** Options of {@link dynamoDbTable}. */
export interface DynamoDbTableOptions {
  /** A table whose partition key is the string `pollId`, without a sort key; its TTL attribute is `ttl`. */
  readonly tableName: string;
  /** `@default` a client with the SDK's standard settings, whose calls end within seconds */
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
 * The fence's table on DynamoDB. A claim is one conditional write; the row is read only when the write was refused.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 */
export function dynamoDbTable(options: DynamoDbTableOptions): PollTable {
  const { tableName, client } = checkOptions("dynamoDbTable", optionSchema, options);
  const loading = loadSdk(client);
  // Each call awaits this promise and gets the error; if no call is made, it must not be an unhandled rejection.
  loading.catch(() => undefined);

  const writeIf = async (
    pollId: string,
    write: ConditionalWrite,
    { signal }: TableCallOptions = {},
  ): Promise<WriteResult> => {
    const { documents, GetCommand, UpdateCommand, unmarshall } = await loading;
    const key = { TableName: tableName, Key: { pollId } };
    const callOptions = signal === undefined ? {} : { abortSignal: signal };
    const update = new UpdateCommand({
      ...key,
      ...write,
      ReturnValues: "UPDATED_NEW",
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    });
    const attemptErrors: unknown[] = [];
    // Collects the error of each attempt: an attempt before the last may have been written although it failed.
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
      const { Attributes } = await documents.send(update, callOptions);
      return { kind: "written", attributes: Attributes ?? {} };
    } catch (error) {
      if (!isRefusal(error)) throw asTableError(error, attemptErrors, tableName);
      const { Item } = error;
      const readRow = async () => {
        if (Item !== undefined) return rowOf(unmarshall(Item), tableName);
        // Some DynamoDB-compatible servers do not return the item.
        const get = new GetCommand({ ...key, ConsistentRead: true });
        const found = await documents.send(get, callOptions);
        return found.Item && rowOf(found.Item, tableName);
      };
      return { kind: "refused", readRow };
    }
  };

  return {
    async claim(claim, now, callOptions) {
      const result = await writeIf(claim.pollId, claimWrite(claim, now), callOptions);
      if (result.kind === "written") {
        return { kind: "claimed", proof: proofIn(result.attributes, tableName) };
      }
      const row = await result.readRow();
      const decision = decideClaim(row, claim, now);
      const wasWritten = row?.claimId === claim.claimId;
      // The row may have changed between the refused write and the read: the record then comes back.
      return decision.kind !== "claimed" || wasWritten
        ? decision
        : { kind: "leased", owner: "itself", until: now };
    },

    async decide(claim, outcome, callOptions) {
      const result = await writeIf(claim.pollId, decideWrite(claim, outcome), callOptions);
      if (result.kind === "written") return outcome;
      const counts = (await result.readRow())?.outcome;
      if (counts !== undefined) return counts;
      throw new Error(
        `table ${tableName}: the row of a claimed poll is gone; the record comes back and is claimed again`,
      );
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

type WriteResult =
  /** With the new values of the attributes that were set. */
  | { readonly kind: "written"; readonly attributes: Readonly<Record<string, unknown>> }
  /** The condition on the row was false. */
  | { readonly kind: "refused"; readonly readRow: () => Promise<PollRow | undefined> };

/** The condition is true exactly when {@link decideClaim} returns `claimed`. */
function claimWrite(claim: Claim, now: number): ConditionalWrite {
  const { isSubmission, digest } = claim;
  const set = [
    "#seen = :seen, #owner = :owner, #claimId = :claimId, #leaseUntil = :leaseUntil, #ttl = :ttl",
    "#proof = if_not_exists(#proof, :proof), #proofClaimId = :claimId",
    ...(isSubmission ? ["#digest = if_not_exists(#digest, :digest)"] : []),
  ];
  return {
    UpdateExpression: `SET ${set.join(", ")}`,
    // Without parentheses, because AND binds first: each pair makes the local stack's DynamoDB parse four times as
    // long.
    ConditionExpression: [
      "attribute_not_exists(#pollId)",
      `${LIVES} AND #seen = :seen AND #owner = :owner AND #leaseUntil <= :now`,
      ...(isSubmission ? TAKES_OVER : IS_NEWER),
    ].join(" OR "),
    ExpressionAttributeNames: names(
      ...["pollId", "seen", "owner", "claimId", "leaseUntil", "ttl", "outcome"],
      ...["proof", "proofClaimId", ...(isSubmission ? ["digest"] : [])],
    ),
    ExpressionAttributeValues: {
      ":seen": claim.sequence,
      ":owner": claim.copyId,
      ":claimId": claim.claimId,
      ":leaseUntil": claim.leaseUntil,
      ":ttl": claim.ttl,
      ":now": now,
      ":proof": claim.proof,
      ...(isSubmission
        ? { ":digest": digest ?? "", ":takesOverFrom": takesOverFrom(claim, now) }
        : {}),
    },
  };
}

const LIVES = "attribute_not_exists(#outcome)";

/** The previous version made the row or was the last to claim it: its messages have no proof. */
const KNEW_NO_PROOFS = ["attribute_not_exists(#proofClaimId)", "#proofClaimId <> #claimId"];

const IS_NEWER = ["#proof = :proof", ...KNEW_NO_PROOFS].map(
  (isOfThisPoll) => `${LIVES} AND #seen < :seen AND ${isOfThisPoll}`,
);

const TAKES_OVER = [
  "#digest = :digest",
  ...KNEW_NO_PROOFS.map((knewNone) => `attribute_not_exists(#digest) AND ${knewNone}`),
].map(
  (isOfThisPoll) =>
    `${LIVES} AND #seen = :seen AND #leaseUntil <= :takesOverFrom AND ${isOfThisPoll}`,
);

const proofSchema = z.object({ proof: z.string() });

function proofIn(attributes: Readonly<Record<string, unknown>>, tableName: string): string {
  const result = proofSchema.safeParse(attributes);
  if (result.success) return result.data.proof;
  throw new TypeError(
    `table ${tableName}: a claim was written, but the answer has no proof: the table must support ReturnValues UPDATED_NEW`,
  );
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

/** Placeholders, because `owner` and `ttl` are reserved words (Amazon DynamoDB, "Reserved words in DynamoDB"). */
function names(...attributes: readonly string[]): Record<string, string> {
  return Object.fromEntries(attributes.map((attribute) => [`#${attribute}`, attribute]));
}

const rowSchema = z.object({
  seen: z.number(),
  owner: z.string(),
  claimId: z.string(),
  leaseUntil: z.number(),
  proof: z.optional(z.string()),
  proofClaimId: z.optional(z.string()),
  digest: z.optional(z.string()),
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
  const { proof, proofClaimId, digest, outcome, ...row } = result.data;
  return {
    ...row,
    ...(proof === undefined ? {} : { proof }),
    ...(proofClaimId === undefined ? {} : { proofClaimId }),
    ...(digest === undefined ? {} : { digest }),
    ...(outcome === undefined ? {} : { outcome }),
  };
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

/** A 4xx answer (throttling is a 400 here) or a connection that was never made: nothing was written. */
const refusalSchema = z.union([
  z.object({
    $metadata: z.object({ httpStatusCode: z.number().check(z.gte(400), z.lt(500)) }),
  }),
  z.object({ code: z.string().check(z.refine((code) => NEVER_CONNECTED.has(code))) }),
  z.object({ syscall: z.literal("connect") }),
]);

/** @param attemptErrors the error of each attempt of the call */
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
