import type { JSONValue } from "@jmespath-community/jmespath";
import { messageOf } from "../message-of.ts";
import type { Acceptor } from "../verdict/acceptor.ts";
import { type Acceptors, EXPRESSION_NAMES, type Until } from "../verdict/expressions.ts";
import { saysYes } from "../verdict/says-yes.ts";
import { type ExpressionPart, expressionParts } from "./expression-parts.ts";
import type { Show } from "./shown-value.ts";

/** One expression of an `until`, and what it gave on an answer. */
export interface ShownExpression extends ExpressionPart {
  /** Its field in the message: `until.success`. */
  readonly field: string;
  /** Whether the judge asked it. One that it did not ask had no part in the verdict. */
  readonly isAsked: boolean;
  /** Whether it matches. Absent for expressions that pick a value. */
  readonly matches?: boolean;
}

/** What an expression gave when the judge asked it. */
export interface Evaluation {
  readonly field: string;
  readonly expression: string;
  readonly value?: JSONValue;
  readonly error?: unknown;
}

/** An `until` that notes what its expressions give, in the order in which the judge asks them. */
export interface NotedUntil {
  readonly until: Until;
  readonly evaluations: readonly Evaluation[];
}

/** Makes an `until` that judges as the given one does, and notes what its expressions give. */
export function notedUntil(until: Until): NotedUntil {
  const evaluations: Evaluation[] = [];
  if (until === "http") return { until, evaluations };
  const noted = (acceptor: Acceptor): Acceptor => {
    const { field, text: expression } = acceptor;
    const noting =
      (evaluate: Acceptor["evaluate"]): Acceptor["evaluate"] =>
      (facts, budget) => {
        try {
          const value = evaluate(facts, budget) ?? null;
          evaluations.push({ field, expression, value });
          return value;
        } catch (error) {
          evaluations.push({ field, expression, error });
          throw error;
        }
      };
    return { ...acceptor, evaluate: noting(acceptor.evaluate), pick: noting(acceptor.pick) };
  };
  const copies = EXPRESSION_NAMES.flatMap((name) => {
    const acceptor = until[name];
    return acceptor === undefined ? [] : [[name, noted(acceptor)] as const];
  });
  return { until: Object.fromEntries(copies), evaluations };
}

/** The fields that say yes or no. */
const SAYS_YES_OR_NO: readonly string[] = ["until.pending", "until.failure", "until.success"];

/** The expression that decided: the one that the judge asked and that matched. */
export function decidingIn(evaluations: readonly Evaluation[]): Evaluation | undefined {
  return evaluations.find(
    ({ field, value }) => SAYS_YES_OR_NO.includes(field) && value !== undefined && saysYes(value),
  );
}

/**
 * Shows all expressions of an `until`: first those that the judge has asked, in its order, then the others.
 *
 * @param facts what expressions see
 */
export function shownExpressions(
  until: Until,
  evaluations: readonly Evaluation[],
  facts: JSONValue,
  show: Show,
): ShownExpression[] {
  const acceptors: Acceptors = until === "http" ? {} : until;
  const asked = new Set(evaluations.map(({ field }) => field));
  const others = EXPRESSION_NAMES.flatMap((name) => {
    const acceptor = acceptors[name];
    if (acceptor === undefined || asked.has(acceptor.field)) return [];
    const { field, text } = acceptor;
    return [{ field, isAsked: false, ...expressionParts(text, facts, show) }];
  });
  return [...evaluations.map((evaluation) => shown(evaluation, facts, show)), ...others];
}

/** The value is what the judge got. The parts are evaluated for the reader. */
function shown(
  { field, expression, value, error }: Evaluation,
  facts: JSONValue,
  show: Show,
): ShownExpression {
  const { value: _value, error: _error, ...parts } = expressionParts(expression, facts, show);
  if (value === undefined)
    return { field, isAsked: true, ...parts, error: show.text(messageOf(error)) };
  return {
    field,
    isAsked: true,
    ...parts,
    value: show.value(value),
    ...(SAYS_YES_OR_NO.includes(field) && { matches: saysYes(value) }),
  };
}
