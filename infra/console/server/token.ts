import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A new token: 256 random bits, as text that a URL can hold. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

/** Compares a given token with the console's own, in a time that does not depend on where they differ. */
export function isToken(given: unknown, token: string): boolean {
  return typeof given === "string" && timingSafeEqual(digest(given), digest(token));
}

/** Digests have one length, which `timingSafeEqual` needs. */
const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
