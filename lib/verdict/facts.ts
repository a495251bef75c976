import { ANYTHING, type KnownValue, NUMBER, TEXT } from "./known-value.ts";

/** The input of expressions: every name at their root, and what is known of its value. */
export const FACTS: Readonly<Record<string, KnownValue>> = {
  status: { type: "number", isYes: true },
  headers: { type: "object", eachMember: TEXT, isYes: true },
  body: ANYTHING,
  retryCount: NUMBER,
  elapsedSeconds: NUMBER,
};
