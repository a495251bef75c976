import { hash } from "node:crypto";
import { isJsonObject, type JsonObject } from "../json/json.ts";

/** The parts that identify a request. Its time limit is not one of them. */
const PARTS = ["url", "method", "headers", "body", "auth"] as const;

/**
 * The digest of the first request of a submission: `start`, or else `request`. The order of its members does not
 * matter, so two submissions of one poll have the same digest. A body with neither has the digest of `null`.
 *
 * @param body with the digits of its numbers kept
 */
export function requestDigest(pollId: string, { start, request }: JsonObject): string {
  const first = isJsonObject(start) ? start : request;
  const parts = isJsonObject(first) ? PARTS.map((part) => first[part] ?? null) : null;
  const text = JSON.stringify([pollId, parts], sortMembers);
  return hash("sha256", text, "base64url").slice(0, DIGEST_CHARACTERS);
}

/** 132 bits: nobody can find another request with the same digest. */
const DIGEST_CHARACTERS = 22;

function sortMembers(_name: string, value: unknown): unknown {
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  );
}
