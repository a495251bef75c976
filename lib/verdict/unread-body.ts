import type { ErrorDescription } from "../http/http-request.ts";
import type { Verdict } from "./verdict.ts";

/** The reason why a response's body could not be read. */
export interface UnreadBody {
  readonly error: ErrorDescription;
  /** Whether the next answer may be readable. */
  readonly mayChange: boolean;
}

/** An expression needs a body that could not be read. */
export class UnreadBodyError extends Error {
  override readonly name = "UnreadBodyError";
}

/** Adds to a verdict why the body could not be read: the outcome is without it. */
export function alsoUnread(verdict: Verdict, { error: unread }: UnreadBody): Verdict {
  const { error } = verdict;
  if (error === undefined) return { ...verdict, error: unread };
  if (error === unread) return verdict;
  return { ...verdict, error: { ...error, message: `${error.message}; ${unread.message}` } };
}

/** Adds a body to facts that throws when an expression reads it. */
export function withUnreadBody<Facts extends object>(facts: Facts): Facts {
  const get = () => {
    throw new UnreadBodyError("the body of the response could not be read");
  };
  return Object.defineProperty({ ...facts }, "body", { enumerable: true, get });
}
