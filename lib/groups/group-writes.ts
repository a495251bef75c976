import { createHash } from "node:crypto";
import * as z from "zod/mini";
import type { TableItem } from "../fence/conditional-writer.ts";
import type { ConditionalWrite } from "../fence/row-writes.ts";
import { ROW_KEPT_SECONDS } from "../limits.ts";
import type { OutcomeStatus } from "../outcome/outcome-status.ts";
import type { EndedMember, GroupEnd, GroupRow } from "./group-table.ts";

/** A group's key in the fence's table. No sender can choose it as a pollId, which has no `#`. */
export function groupKey(groupId: string): string {
  return `${KEY_PREFIX}${groupId}`;
}

const KEY_PREFIX = "group#";

/** Whether a pollId is the key of a group. */
export function isGroupKey(pollId: unknown): boolean {
  return typeof pollId === "string" && pollId.startsWith(KEY_PREFIX);
}

/** Each member has an attribute of its own in the row: to write it again changes nothing. */
const MEMBER_PREFIX = "m:";

/** A row with a thousand members is 20 KB, because a name takes 18 bytes and a status one. */
const LETTERS = {
  succeeded: "s",
  failed: "f",
  exhausted: "x",
  expired: "e",
  cancelled: "c",
} as const satisfies Readonly<Record<OutcomeStatus, string>>;

/** 96 bits of a pollId's digest: two members of one group never have the same. */
function memberAttribute(pollId: string): string {
  const digest = createHash("sha256").update(pollId).digest("base64url");
  return `${MEMBER_PREFIX}${digest.slice(0, 16)}`;
}

/** Writes members, unless the group's outcome was decided, or its row has a larger size. */
export function addWrite(
  members: readonly EndedMember[],
  size: number,
  now: number,
): ConditionalWrite {
  // One per pollId: an expression must not set an attribute twice.
  const letters = new Map(
    members.map(({ pollId, status }) => [memberAttribute(pollId), LETTERS[status]]),
  );
  const names = [...letters.keys()];
  const set = names.map((name, index) => `#m${index} = :${letters.get(name)}`);
  return {
    UpdateExpression: `SET #size = :size, #ttl = :ttl, ${set.join(", ")}, ${CLAIMED_BY_GROUP}`,
    ConditionExpression:
      "attribute_not_exists(#message) AND attribute_not_exists(#size) OR attribute_not_exists(#message) AND #size <= :size",
    ExpressionAttributeNames: {
      "#size": "size",
      "#ttl": "ttl",
      "#message": "message",
      ...CLAIM_NAMES,
      ...Object.fromEntries(names.map((name, index) => [`#m${index}`, name])),
    },
    ExpressionAttributeValues: {
      ":size": size,
      ":ttl": ttlAt(now),
      ...CLAIM_VALUES,
      ...Object.fromEntries([...letters.values()].map((letter) => [`:${letter}`, letter])),
    },
  };
}

/**
 * The row's owner and claim, in the fence's terms: no message continues a group, and the outcome is given to the one
 * message that has the proof.
 */
const CLAIMED_BY_GROUP =
  "#claimId = :owner, #proofClaimId = :owner, #owner = :owner, #seen = :none, #leaseUntil = :none";
const CLAIM_NAMES = {
  "#claimId": "claimId",
  "#proofClaimId": "proofClaimId",
  "#owner": "owner",
  "#seen": "seen",
  "#leaseUntil": "leaseUntil",
};
const CLAIM_VALUES = { ":owner": "group", ":none": 0 };

/** Writes the outcome as the fence writes a poll's, so that the message that delivers it gets it by its claim. */
export function endWrite({ outcome, message, proof }: GroupEnd, now: number): ConditionalWrite {
  return {
    UpdateExpression: `SET #outcome = :outcome, #message = :message, #proof = :proof, #ttl = :ttl, ${CLAIMED_BY_GROUP} REMOVE #digest`,
    ConditionExpression: "attribute_exists(#size) AND attribute_not_exists(#message)",
    ExpressionAttributeNames: {
      "#outcome": "outcome",
      "#message": "message",
      "#proof": "proof",
      "#ttl": "ttl",
      "#size": "size",
      "#digest": "digest",
      ...CLAIM_NAMES,
    },
    ExpressionAttributeValues: {
      ":outcome": outcome,
      ":message": message,
      ":proof": proof,
      ":ttl": ttlAt(now),
      ...CLAIM_VALUES,
    },
  };
}

/** Notes that the message was sent. */
export function sentWrite(): ConditionalWrite {
  return {
    UpdateExpression: "SET #sent = :sent",
    ConditionExpression: "attribute_exists(#message)",
    ExpressionAttributeNames: { "#sent": "sent", "#message": "message" },
    ExpressionAttributeValues: { ":sent": true },
  };
}

const rowSchema = z.object({
  size: z.int(),
  message: z.optional(z.string()),
  sent: z.optional(z.boolean()),
});

/** @throws {TypeError} when the item is not the row of a group */
export function groupRowOf(item: TableItem, tableName: string): GroupRow {
  const result = rowSchema.safeParse(item);
  if (!result.success) {
    const problems = result.error.issues.map(({ path }) => path.join("."));
    throw new TypeError(
      `table ${tableName}: a group's row has no valid ${problems.join(", ")}: give the fence its own table`,
    );
  }
  const letters = Object.entries(item).flatMap(([name, value]) =>
    name.startsWith(MEMBER_PREFIX) ? [value] : [],
  );
  const count = (status: OutcomeStatus) => letters.filter((of) => of === LETTERS[status]).length;
  const { size, message, sent = false } = result.data;
  return {
    size,
    counts: {
      succeeded: count("succeeded"),
      failed: count("failed"),
      exhausted: count("exhausted"),
      expired: count("expired"),
      cancelled: count("cancelled"),
    },
    isSent: sent,
    has: (pollId) => Object.hasOwn(item, memberAttribute(pollId)),
    ...(message === undefined ? {} : { message }),
  };
}

function ttlAt(now: number): number {
  return Math.ceil(now / 1000) + ROW_KEPT_SECONDS;
}
