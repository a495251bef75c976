import type { KnownValue } from "./known-value.ts";
import { Mistake, withArticle } from "./mistake.ts";
import { saysYes } from "./says-yes.ts";

/** Where a value stands that is to say yes or no: by itself, or as an operand. */
export type VerdictPlace = "whole" | "or" | "and" | "not";

/**
 * The mistake of a value that says the same for every response, where that decides alone or was meant to be compared.
 * `` `true` `` and `` `false` `` by themselves are no mistake: `success: "`true`"` means whatever neither `pending` nor
 * `failure` matched. Nor is a default that says no, `` body.done || `false` ``.
 *
 * @param isWritten it is a literal, and not what became of some
 */
export function mistakeOfConstant(
  { type, constant, isYes }: KnownValue,
  place: VerdictPlace,
  isWritten: boolean,
): Mistake | undefined {
  if (constant === undefined)
    return isYes && place !== "and" ? alwaysSame(withArticle(type)) : undefined;
  if (isWritten && constant === true) return place === "or" ? alwaysSame("`true`") : undefined;
  if (isWritten && constant === false) return place === "and" ? alwaysSame("`false`") : undefined;
  if (place === "or" && !saysYes(constant)) return undefined;
  return alwaysSame(withArticle(type));
}

function alwaysSame(got: string): Mistake {
  return new Mistake(
    `must say yes or no by the response, got ${got}, which says the same to each: did you mean a comparison, a == 'x' || a == 'y'?`,
  );
}
