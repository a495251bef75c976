import { createHash } from "node:crypto";
import { isJsonObject, type JsonObject } from "../json/json.ts";

/** What makes a request another one. Its time limit does not. */
const PARTS = ["url", "method", "headers", "body", "auth"] as const;

/**
 * The digest of the request that a submission makes first: `start`, or else `request`. Two submissions of one poll have
 * the same, whatever the order of their members; a body with neither has the digest of nothing.
 *
 * @param body with the digits of its numbers kept
 */
export function requestDigest(pollId: string, { start, request }: JsonObject): string {
  const first = isJsonObject(start) ? start : request;
  const parts = isJsonObject(first) ? PARTS.map((part) => first[part] ?? null) : null;
  const text = JSON.stringify([pollId, parts], sortMembers);
  return createHash("sha256").update(text).digest("base64url").slice(0, DIGEST_CHARACTERS);
}

/** 132 bits: nobody finds another request of the same digest. */
const DIGEST_CHARACTERS = 22;

function sortMembers(_name: string, value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}
