import type { JSONValue } from "@jmespath-community/jmespath";
import type { EvaluationBudget } from "../jmespath/evaluation-budget.ts";
import { isJsonObject } from "../json/json.ts";
import type { Acceptor } from "./acceptor.ts";
import { pick } from "./evaluate.ts";
import type { Acceptors } from "./expressions.ts";
import { UnreadBodyError } from "./unread-body.ts";
import type { Named } from "./verdict.ts";

/**
 * Asks an answer for the requests to come. An expression that cannot be evaluated on it, or that needs a body which
 * could not be read, says nothing.
 *
 * @returns `named: undefined` when there is no such expression, and why expressions could not be evaluated
 */
export function namedBy(
  { next, fetch, abort }: Acceptors,
  facts: JSONValue,
  budget: EvaluationBudget,
): { readonly named: Named | undefined; readonly errors: readonly string[] } {
  const errors: string[] = [];
  if ((next ?? fetch ?? abort) === undefined) return { named: undefined, errors };
  const said = (acceptor: Acceptor | undefined): unknown => {
    if (acceptor === undefined) return undefined;
    try {
      const answer = pick(acceptor, facts, budget);
      if ("error" in answer) errors.push(answer.error);
      return "found" in answer && saysWhere(answer.found) ? answer.found : undefined;
    } catch (error) {
      if (error instanceof UnreadBodyError) return undefined;
      throw error;
    }
  };
  return { named: { next: said(next), fetch: said(fetch), abort: said(abort) }, errors };
}

/** `null`, `false` and `""` say nothing, alone or as the `url` of an object. */
function saysWhere(value: unknown): boolean {
  const url = isJsonObject(value) ? value.url : value;
  return url !== null && url !== undefined && url !== false && url !== "";
}
