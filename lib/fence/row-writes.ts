import { type Claim, takesOverFrom } from "./claim-decision.ts";
import type { RowProgress } from "./row-progress.ts";

/** A change of a poll's row on the condition that the row is as expected. */
export interface ConditionalWrite {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Readonly<
    Record<string, string | number | boolean | Uint8Array>
  >;
}

/** Writes a claim. The condition is true exactly when `decideClaim` returns `claimed`. */
export function claimWrite(claim: Claim, now: number): ConditionalWrite {
  const { isSubmission, digest, isStart = false, startedAt } = claim;
  const said = saying(claim.says);
  const set = [
    "#seen = :seen, #owner = :owner, #claimId = :claimId, #leaseUntil = :leaseUntil, #ttl = :ttl",
    ...said.set,
    "#proof = if_not_exists(#proof, :proof), #proofClaimId = :claimId",
    ...(isSubmission ? ["#digest = if_not_exists(#digest, :digest)"] : []),
    ...(startedAt === undefined ? [] : ["#startedAt = if_not_exists(#startedAt, :startedAt)"]),
    ...(isStart ? ["#startClaimId = :claimId REMOVE #next"] : []),
  ];
  const atSameSequence = [IS_OWNER, ...(isSubmission ? TAKES_OVER : [])];
  return {
    UpdateExpression: `SET ${set.join(", ")}`,
    // Without parentheses, because AND binds first: each pair makes the local stack's DynamoDB parse four times as
    // long.
    ConditionExpression: [
      "attribute_not_exists(#pollId)",
      ...(isStart ? atSameSequence.flatMap(withoutEarlierStart) : atSameSequence),
      ...(isSubmission ? [] : IS_NEWER),
    ].join(" OR "),
    ExpressionAttributeNames: names(
      ...["pollId", "seen", "owner", "claimId", "leaseUntil", "ttl", "outcome"],
      ...["proof", "proofClaimId", ...(isSubmission ? ["digest"] : [])],
      ...(isStart ? ["startClaimId", "next"] : []),
      ...(startedAt === undefined ? [] : ["startedAt"]),
      ...said.names,
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
      ...(startedAt === undefined ? {} : { ":startedAt": startedAt }),
      ...said.values,
    },
  };
}

/** A lease keeps a copy from making a request, but not from deciding an outcome, which is written once. */
export const AFTER_ANY_LEASE = Number.MAX_SAFE_INTEGER;

/** Writes a claim and the outcome at once. The condition is true exactly when `decideClaim` returns `claimed`. */
export function claimAndDecideWrite(claim: Claim, outcome: Uint8Array): ConditionalWrite {
  const { UpdateExpression, ...write } = claimWrite(claim, AFTER_ANY_LEASE);
  return {
    ...write,
    UpdateExpression: UpdateExpression.replace("SET ", "SET #outcome = :outcome, "),
    ExpressionAttributeValues: { ...write.ExpressionAttributeValues, ":outcome": outcome },
  };
}

/** The poll has no outcome. */
export const LIVES = "attribute_not_exists(#outcome)";

const IS_OWNER = `${LIVES} AND #seen = :seen AND #owner = :owner AND #leaseUntil <= :now`;

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

/** The row's claim was not to make a start. */
function withoutEarlierStart(condition: string): readonly string[] {
  return ["attribute_not_exists(#startClaimId)", "#startClaimId <> #claimId"].map(
    (none) => `${condition} AND ${none}`,
  );
}

/**
 * Writes the outcome, if the poll has none.
 *
 * @param says how the poll has ended
 * @param isUnknownStart only if the row also still belongs to the claim and nothing is known of its start's answer
 */
export function decideWrite(
  claim: Claim,
  outcome: Uint8Array,
  isUnknownStart: boolean,
  says?: RowProgress,
): ConditionalWrite {
  const said = saying(says);
  return {
    UpdateExpression: `SET ${["#outcome = :outcome, #ttl = :ttl", ...said.set].join(", ")}`,
    ConditionExpression: [
      `attribute_exists(#pollId) AND ${LIVES}`,
      ...(isUnknownStart ? ["#claimId = :claimId AND attribute_not_exists(#next)"] : []),
    ].join(" AND "),
    ExpressionAttributeNames: names(
      ...["pollId", "outcome", "ttl", ...said.names],
      ...(isUnknownStart ? ["claimId", "next"] : []),
    ),
    ExpressionAttributeValues: {
      ":outcome": outcome,
      ":ttl": claim.ttl,
      ...said.values,
      ...(isUnknownStart ? { ":claimId": claim.claimId } : {}),
    },
  };
}

/** Writes what comes after the claim's start, if the row still belongs to the claim and the poll has not ended. */
export function nextWrite(claim: Claim, next: Uint8Array, says?: RowProgress): ConditionalWrite {
  const said = saying(says);
  return {
    UpdateExpression: `SET ${["#next = :next", ...said.set].join(", ")}`,
    ConditionExpression: `#claimId = :claimId AND ${LIVES}`,
    ExpressionAttributeNames: names("next", "claimId", "outcome", ...said.names),
    ExpressionAttributeValues: { ":next": next, ":claimId": claim.claimId, ...said.values },
  };
}

/**
 * Writes until when the lease lasts, if the row still belongs to the claim.
 *
 * @param next what comes after its start
 * @param says what the poll does; an outcome in the row counts, whatever it says
 */
export function leaseWrite(
  claim: Claim,
  until: number,
  {
    next,
    says,
  }: { readonly next?: Uint8Array | undefined; readonly says?: RowProgress | undefined } = {},
): ConditionalWrite {
  const keepsNext = next !== undefined;
  const said = saying(says);
  const set = ["#leaseUntil = :until", ...(keepsNext ? ["#next = :next"] : []), ...said.set];
  return {
    UpdateExpression: `SET ${set.join(", ")}`,
    ConditionExpression: "#claimId = :claimId",
    ExpressionAttributeNames: names(
      ...["leaseUntil", "claimId", ...(keepsNext ? ["next"] : []), ...said.names],
    ),
    ExpressionAttributeValues: {
      ":until": until,
      ":claimId": claim.claimId,
      ...(keepsNext ? { ":next": next } : {}),
      ...said.values,
    },
  };
}

/** The parts of a write that say what the poll does. They stand in no condition. */
function saying(says: RowProgress | undefined) {
  if (says === undefined) return { set: [], names: [], values: {} };
  const { state, changedAt, progress } = says;
  const set = ["#state = :state, #changedAt = :changedAt"];
  const values = { ":state": state, ":changedAt": changedAt };
  if (progress === undefined) return { set, names: ["state", "changedAt"], values };
  return {
    set: [...set, "#progress = :progress"],
    names: ["state", "changedAt", "progress"],
    values: { ...values, ":progress": progress },
  };
}

/** Placeholders, because `owner` and `ttl` are reserved words (Amazon DynamoDB, "Reserved words in DynamoDB"). */
export function names(...attributes: readonly string[]): Record<string, string> {
  return Object.fromEntries(attributes.map((attribute) => [`#${attribute}`, attribute]));
}
