import type { KnownValue } from "./known-value.ts";
import { Mistake, withArticle } from "./mistake-messages.ts";
import { saysYes } from "./says-yes.ts";

/** The position of a value that must say yes or no: alone, or an operand. */
export type VerdictPlace = "whole" | "or" | "and" | "not";

/**
 * The mistake of a value that is the same for every response, when it decides alone or was probably meant as part of a
 * comparison. `` `true` `` and `` `false` `` alone are not mistakes: `success: "`true`"` accepts every response that
 * neither `pending` nor `failure` matched. A default that says no is not a mistake either: `` body.done || `false` ``.
 *
 * @param isWritten whether the value is a literal in the expression, and not computed from literals
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
    `must say yes or no by the response, got ${got}, which gives the same answer for every response: did you mean a comparison, a == 'x' || a == 'y'?`,
  );
}
