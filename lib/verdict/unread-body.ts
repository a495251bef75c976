import type { ErrorDescription } from "../http/http-request.ts";

/** Why a response's body could not be read. */
export interface UnreadBody {
  readonly error: ErrorDescription;
  /** Whether the next answer may be readable. */
  readonly mayChange: boolean;
}

/** An expression needs the body of a response whose body could not be read. */
export class UnreadBodyError extends Error {
  override readonly name = "UnreadBodyError";
}

/** Adds a body to facts that nothing can look at. */
export function withUnreadBody<Facts extends object>(facts: Facts): Facts {
  const get = () => {
    throw new UnreadBodyError("the body of the response could not be read");
  };
  return Object.defineProperty({ ...facts }, "body", { enumerable: true, get });
}
