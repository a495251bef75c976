import { getRegisteredFunctions, type JSONValue } from "@jmespath-community/jmespath";
import { PoisonRecordError } from "../batch/record-result.ts";
import { type Expression, evaluateWithin } from "../jmespath/bounded-interpreter.ts";
import { compileExactly } from "../jmespath/compile-exactly.ts";
import { type EvaluationBudget, spendWalk } from "../jmespath/evaluation-budget.ts";
import { multiplicationOf } from "../jmespath/multiplication.ts";
import { MAX_MULTIPLICATION } from "../limits.ts";
import { nearestName } from "../options/did-you-mean.ts";
import { mistakeIn, type Purpose } from "./mistakes.ts";
import { hasOpenQuote, syntaxHint } from "./syntax-hint.ts";

/** One compiled JMESPath expression of a poll message's `until`. */
export interface Acceptor {
  /** Where it stands in the message, for errors: `until.success`. */
  readonly field: string;
  /** Whether it reads members of the body, or the body as a list: of a text it finds none. */
  readonly readsBody: boolean;
  /**
   * @throws {TooManyStepsError} when it takes longer than it may
   * @throws {SharedStepsSpentError} when others have spent the steps that it needs
   * @throws {Error} when the expression cannot be evaluated on this response
   */
  evaluate(facts: JSONValue, budget: EvaluationBudget): JSONValue;
  /**
   * Evaluates it for what it finds, which must be writable as JSON as well.
   *
   * @throws as `evaluate` does
   */
  pick(facts: JSONValue, budget: EvaluationBudget): JSONValue;
}

/** By name; the library's own isRegistered also finds what every object inherits, like `constructor`. */
const FUNCTIONS = new Set(getRegisteredFunctions());

/** What stands in quotes can only make it say too much. */
const READS_BODY = /\bbody"?\s*[.[]/;

/** A whole body of 1 MiB can be picked: half a million parts. */
const PICKED_PART_STEPS = 1 / 4;

/**
 * Compiles an acceptor.
 *
 * @param purpose whether it says yes or no, or picks a value
 * @throws {PoisonRecordError} when it is not JMESPath, calls a function that there is not, could multiply what it is
 *   asked over beyond measure, or is wrong in a way that can be seen before there is a response
 */
export function compileAcceptor(name: string, text: string, purpose: Purpose): Acceptor {
  const field = `until.${name}`;
  const { tree, functions } = parsed(field, text);
  const unknown = functions.find((called) => !FUNCTIONS.has(called));
  if (unknown !== undefined) {
    const logMessage = `${field}: must call JMESPath functions`;
    const nearest = nearestName(unknown, FUNCTIONS);
    const meant = nearest ?? (/^(?:len|size|count)$/i.test(unknown) ? "length" : undefined);
    throw new PoisonRecordError(
      `${logMessage}, got ${unknown.slice(0, 64)}()${meant ? `: did you mean ${meant}()?` : ""}`,
      { logMessage },
    );
  }
  if (multiplicationOf(tree) > MAX_MULTIPLICATION) {
    throw new PoisonRecordError(
      `${field}: must not be able to multiply the response more than ${MAX_MULTIPLICATION} times`,
    );
  }
  const mistake = mistakeIn(text, purpose);
  if (mistake !== undefined) {
    const logMessage = `${field}: ${mistake.logMessage}`;
    throw new PoisonRecordError(`${field}: ${mistake.message}`, { logMessage });
  }
  return {
    field,
    readsBody: READS_BODY.test(text),
    evaluate: (facts, budget) => evaluateWithin(budget, tree, facts),
    pick(facts, budget) {
      const found = evaluateWithin(budget, tree, facts) ?? null;
      spendWalk(budget, found, PICKED_PART_STEPS);
      return found;
    },
  };
}

function parsed(field: string, text: string): { tree: Expression; functions: string[] } {
  // The library closes it at the end of the text, whatever that takes in.
  if (hasOpenQuote(text)) {
    throw new PoisonRecordError(`${field}: must be a JMESPath expression: close its last quote`);
  }
  try {
    const tree = compileExactly(text);
    return { tree, functions: functionsIn(tree) };
  } catch (error) {
    // One that nests too deep exhausts the stack, in the parser or here: it is no better than one that does not parse.
    const reason = error instanceof RangeError ? "nests too deep" : syntaxProblem(error);
    const hint = syntaxHint(text);
    throw new PoisonRecordError(
      `${field}: must be a JMESPath expression: ${reason}${hint && `: ${hint}`}`,
    );
  }
}

/** What the parser says of an expression, without the piece of it that the parser quotes: it may hold a secret. */
function syntaxProblem(error: unknown): string {
  const message = error instanceof Error ? error.message : "";
  return /^Syntax error[:,][\w\s()]*/.exec(message)?.[0].trimEnd() ?? "Syntax error";
}

function functionsIn(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  const { type, name } = node as { type?: unknown; name?: unknown };
  if (type === "Literal") return [];
  const children = Object.values(node).flatMap(functionsIn);
  return type === "Function" && typeof name === "string" ? [name, ...children] : children;
}
