import type { JSONValue } from "@jmespath-community/jmespath";
import type { EvaluationBudget } from "../jmespath/evaluation-budget.ts";
import { ask } from "./evaluate.ts";
import type { Acceptors } from "./expressions.ts";
import { odditiesOf } from "./oddities.ts";
import { saysYes } from "./says-yes.ts";

/** The order in which acceptors are evaluated. */
const ORDER = ["pending", "failure", "success"] as const;

export interface Match {
  /** The first acceptor that says yes; `undefined`: none. */
  readonly matched: (typeof ORDER)[number] | undefined;
  /** Why acceptors could not be evaluated on this response. */
  readonly errors: readonly string[];
  readonly odd: readonly string[];
}

/** Finds the first acceptor that matches. One that cannot be evaluated on this response does not match. */
export function matchOf(acceptors: Acceptors, facts: JSONValue, budget: EvaluationBudget): Match {
  const errors: string[] = [];
  const odd: string[] = [];
  for (const name of ORDER) {
    const acceptor = acceptors[name];
    if (acceptor === undefined) continue;
    budget.notes.clear();
    const answer = ask(acceptor, facts, budget);
    if ("error" in answer) {
      errors.push(answer.error);
      continue;
    }
    odd.push(...odditiesOf(acceptor.field, answer.found, budget.notes, name === "success"));
    if (saysYes(answer.found)) return { matched: name, errors, odd };
  }
  return { matched: undefined, errors, odd };
}
