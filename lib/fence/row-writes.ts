import type { RowState } from "../history/progress.ts";
import type { PlainValue } from "./attribute-values.ts";
import { type Claim, NOTHING_TO_STOP, takesOverFrom } from "./claim-decision.ts";
import type { DecideOptions, DeliveryNote, StateNote } from "./poll-table.ts";

/** A change of a poll's row on the condition that the row is as expected. */
export interface ConditionalWrite {
  readonly UpdateExpression: string;
  readonly ConditionExpression: string;
  readonly ExpressionAttributeNames: Record<string, string>;
  readonly ExpressionAttributeValues: Readonly<Record<string, PlainValue>> | undefined;
}

/** Writes a claim. The condition is true exactly when `decideClaim` returns `claimed`. */
export function claimWrite(claim: Claim, now: number): ConditionalWrite {
  const { isSubmission, digest, isStart = false, startedAt, rowState } = claim;
  const { unaskedClaimIds = [] } = claim;
  const set = [
    "#seen = :seen, #owner = :owner, #claimId = :claimId, #leaseUntil = :leaseUntil, #ttl = :ttl",
    "#proof = if_not_exists(#proof, :proof), #proofClaimId = :claimId",
    ...(isSubmission ? ["#digest = if_not_exists(#digest, :digest)"] : []),
    ...(startedAt === undefined ? [] : ["#startedAt = if_not_exists(#startedAt, :startedAt)"]),
    ...(rowState === undefined ? [] : [SET_STATE]),
    ...(isStart ? ["#startClaimId = :claimId"] : []),
  ];
  // Nothing of an earlier claim counts any more, and a row of up to 1 KB costs one write unit.
  const removed = ["#next", "#nudgedClaimId", ...(isStart ? [] : ["#startClaimId"])];
  const atSameSequence = [IS_OWNER, ...(isSubmission ? TAKES_OVER : [])];
  return {
    UpdateExpression: `SET ${set.join(", ")} REMOVE ${removed.join(", ")}`,
    // Without parentheses, because AND binds first: each pair makes the local stack's DynamoDB parse four times as
    // long.
    ConditionExpression: [
      "attribute_not_exists(#pollId)",
      ...(isStart ? atSameSequence.flatMap(withoutEarlierStart) : atSameSequence),
      ...(isSubmission ? [] : IS_NEWER),
      ...unaskedClaimIds.flatMap((_id, nth) =>
        (isSubmission ? HAS_SAME_REQUEST : HAS_SAME_PROOF).map(
          (isOfThisPoll) => `${HAS_NOT_ASKED} AND #claimId = :unasked${nth} AND ${isOfThisPoll}`,
        ),
      ),
    ].join(" OR "),
    ExpressionAttributeNames: names(
      ...["pollId", "seen", "owner", "claimId", "leaseUntil", "ttl", "outcome"],
      ...[
        "proof",
        "proofClaimId",
        "startClaimId",
        "next",
        "nudgedClaimId",
        ...(isSubmission ? ["digest"] : []),
      ],
      ...(startedAt === undefined ? [] : ["startedAt"]),
      ...(rowState === undefined ? [] : STATE_NAMES),
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
      ...stateValues(rowState),
      ...Object.fromEntries(unaskedClaimIds.map((id, nth) => [`:unasked${nth}`, id])),
    },
  };
}

const SET_STATE = "#state = :state, #changedAt = :changedAt, #progress = :progress";
const STATE_NAMES = ["state", "changedAt", "progress"];

function stateValues(rowState: RowState | undefined) {
  if (rowState === undefined) return {};
  const { state, changedAt, progress } = rowState;
  return { ":state": state, ":changedAt": changedAt, ":progress": progress };
}

/** Writes what became of a delivery, if the poll has ended and the row knows of nothing newer. */
export function deliveryWrite({ attempts, since }: DeliveryNote): ConditionalWrite {
  const isDelivered = since === undefined;
  const known = `#refusals ${isDelivered ? "<=" : "<"} :refusals`;
  return {
    UpdateExpression: isDelivered
      ? "SET #refusals = :refusals REMOVE #undelivered"
      : "SET #refusals = :refusals, #undelivered = :undelivered",
    ConditionExpression: ["attribute_not_exists(#refusals)", known]
      .map((isNewer) => `attribute_exists(#outcome) AND ${isNewer}`)
      .join(" OR "),
    ExpressionAttributeNames: names("refusals", "undelivered", "outcome"),
    ExpressionAttributeValues: {
      ":refusals": attempts,
      ...(isDelivered ? {} : { ":undelivered": JSON.stringify({ since, attempts }) }),
    },
  };
}

/** Writes where a poll is, if it has not ended and the row knows of nothing later than `by`. */
export function stateWrite(by: StateNote, rowState: RowState): ConditionalWrite {
  const [isCurrent, known, values] =
    "claimId" in by
      ? ["#claimId = :claimId", ["claimId"], { ":claimId": by.claimId }]
      : [
          "#proof = :proof AND #seen < :sequence AND #changedAt <= :changedAt",
          ["proof", "seen"],
          { ":proof": by.proof, ":sequence": by.sequence },
        ];
  return {
    UpdateExpression: `SET ${SET_STATE}`,
    ConditionExpression: `${LIVES} AND ${isCurrent}`,
    ExpressionAttributeNames: names("outcome", ...known, ...STATE_NAMES),
    ExpressionAttributeValues: { ...values, ...stateValues(rowState) },
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

const HAS_SAME_PROOF = ["#proof = :proof", ...KNEW_NO_PROOFS];

const HAS_SAME_REQUEST = [
  "#digest = :digest",
  ...KNEW_NO_PROOFS.map((knewNone) => `attribute_not_exists(#digest) AND ${knewNone}`),
];

const IS_NEWER = HAS_SAME_PROOF.map(
  (isOfThisPoll) => `${LIVES} AND #seen < :seen AND ${isOfThisPoll}`,
);

const TAKES_OVER = HAS_SAME_REQUEST.map(
  (isOfThisPoll) =>
    `${LIVES} AND #seen = :seen AND #leaseUntil <= :takesOverFrom AND ${isOfThisPoll}`,
);

/** To be joined with the claim that has not asked. */
const HAS_NOT_ASKED = `${LIVES} AND #seen = :seen AND attribute_not_exists(#next)`;

/** The row's claim was not to make a start. */
function withoutEarlierStart(condition: string): readonly string[] {
  return ["attribute_not_exists(#startClaimId)", "#startClaimId <> #claimId"].map(
    (none) => `${condition} AND ${none}`,
  );
}

type StartFacts = Pick<DecideOptions, "isUnknownStart" | "hasStartedNothing">;

/**
 * Writes the outcome, if the poll has none.
 *
 * @param start.isUnknownStart only if the row also still belongs to the claim and nothing is known of its start's answer
 * @param start.hasStartedNothing also that there is no job to stop
 */
export function decideWrite(
  claim: Claim,
  outcome: Uint8Array,
  { isUnknownStart, hasStartedNothing }: Required<StartFacts>,
): ConditionalWrite {
  const { rowState } = claim;
  const set = [
    "#outcome = :outcome, #ttl = :ttl",
    ...(rowState === undefined ? [] : [SET_STATE]),
    ...(hasStartedNothing ? ["#abortClaimId = :nothing"] : []),
  ];
  return {
    UpdateExpression: `SET ${set.join(", ")}`,
    ConditionExpression: [
      `attribute_exists(#pollId) AND ${LIVES}`,
      ...(isUnknownStart ? ["#claimId = :claimId AND attribute_not_exists(#next)"] : []),
    ].join(" AND "),
    ExpressionAttributeNames: names(
      ...["pollId", "outcome", "ttl", ...(rowState === undefined ? [] : STATE_NAMES)],
      ...(isUnknownStart ? ["claimId", "next"] : []),
      ...(hasStartedNothing ? ["abortClaimId"] : []),
    ),
    ExpressionAttributeValues: {
      ":outcome": outcome,
      ":ttl": claim.ttl,
      ...stateValues(rowState),
      ...(isUnknownStart ? { ":claimId": claim.claimId } : {}),
      ...(hasStartedNothing ? { ":nothing": NOTHING_TO_STOP } : {}),
    },
  };
}

/** Writes what comes after the claim's start, if the row still belongs to the claim and the poll has not ended. */
export function nextWrite(claim: Claim, next: Uint8Array): ConditionalWrite {
  return {
    UpdateExpression: "SET #next = :next",
    ConditionExpression: `#claimId = :claimId AND ${LIVES}`,
    ExpressionAttributeNames: names("next", "claimId", "outcome"),
    ExpressionAttributeValues: { ":next": next, ":claimId": claim.claimId },
  };
}

/** Ends the lease, if the row still belongs to the claim. @param next what comes after its start */
export function giveBackWrite({ claimId }: Claim, next: Uint8Array | undefined): ConditionalWrite {
  const keepsNext = next !== undefined;
  return {
    UpdateExpression: `SET #leaseUntil = :over${keepsNext ? ", #next = :next" : ""}`,
    ConditionExpression: "#claimId = :claimId",
    ExpressionAttributeNames: names("leaseUntil", "claimId", ...(keepsNext ? ["next"] : [])),
    ExpressionAttributeValues: {
      ":over": 0,
      ":claimId": claimId,
      ...(keepsNext ? { ":next": next } : {}),
    },
  };
}

/** Writes until when the lease lasts, if the row still belongs to the claim and the poll has not ended. */
export function keepLeaseWrite(
  { claimId }: Claim,
  until: number,
  rowState: RowState | undefined,
): ConditionalWrite {
  const saysMore = rowState !== undefined;
  return {
    UpdateExpression: `SET #leaseUntil = :until${saysMore ? `, ${SET_STATE}` : ""}`,
    ConditionExpression: `#claimId = :claimId AND ${LIVES}`,
    ExpressionAttributeNames: names(
      ...["leaseUntil", "claimId", "outcome", ...(saysMore ? STATE_NAMES : [])],
    ),
    ExpressionAttributeValues: {
      ":until": until,
      ":claimId": claimId,
      ...stateValues(rowState),
    },
  };
}

/** Placeholders, because `owner` and `ttl` are reserved words (Amazon DynamoDB, "Reserved words in DynamoDB"). */
export function names(...attributes: readonly string[]): Record<string, string> {
  const placeholders: Record<string, string> = {};
  for (const attribute of attributes) placeholders[`#${attribute}`] = attribute;
  return placeholders;
}
