import { getRegisteredFunctions, type JSONValue } from "@jmespath-community/jmespath";
import { PoisonRecordError } from "../batch/record-result.ts";
import { type Expression, evaluateWithin } from "../jmespath/bounded-interpreter.ts";
import { compileExactly } from "../jmespath/compile-exactly.ts";
import { type EvaluationBudget, spendWalk } from "../jmespath/evaluation-budget.ts";
import { multiplicationOf } from "../jmespath/multiplication.ts";
import { MAX_MULTIPLICATION } from "../limits.ts";
import { nearestName } from "../options/did-you-mean.ts";
import { mistakeIn, type Purpose } from "./mistakes.ts";
import { openQuoteIn, syntaxHint } from "./syntax-hint.ts";

/** One compiled JMESPath expression of a poll message's `until`. */
export interface Acceptor {
  /** The expression's field in the message, for errors: `until.success`. */
  readonly field: string;
  /** The expression as it is written. */
  readonly text: string;
  /** Whether it reads members or elements of the body, which a text body does not have. */
  readonly readsBody: boolean;
  /**
   * @throws {TooManyStepsError} when it takes too many steps
   * @throws {SharedStepsSpentError} when it needs shared steps and they are spent
   * @throws {Error} when the expression cannot be evaluated on this response
   */
  evaluate(facts: JSONValue, budget: EvaluationBudget): JSONValue;
  /**
   * Evaluates it to pick a value. The steps also cover writing that value as JSON.
   *
   * @throws as `evaluate` does
   */
  pick(facts: JSONValue, budget: EvaluationBudget): JSONValue;
}

/** The names of all functions. The library's isRegistered also accepts inherited names like `constructor`. */
const FUNCTIONS = new Set(getRegisteredFunctions());

/** Names that functions have in other languages. */
const OTHER_NAMES: readonly (readonly [RegExp, string])[] = [
  [/^(?:len|size|count)$/i, "length"],
  [/^(?:includes|has|in)$/i, "contains"],
  [/^(?:number|parse)?(?:int|integer|float)$/i, "to_number"],
  [/^(?:str|string)$/i, "to_string"],
];

/** A match inside quotes is harmless: `readsBody` may be true too often. */
const READS_BODY = /\bbody"?\s*[.[]/;

/** Low enough to pick a whole body of 1 MiB, which can have half a million parts. */
const PICKED_PART_STEPS = 1 / 4;

/**
 * Compiles an acceptor.
 *
 * @param purpose whether the expression says yes or no, or picks a value
 * @throws {PoisonRecordError} when it is not valid JMESPath, calls an unknown function, could multiply its input too
 *   many times, or contains a mistake that can be found without a response
 */
export function compileAcceptor(name: string, text: string, purpose: Purpose): Acceptor {
  const field = `until.${name}`;
  const { tree, functions } = parsed(field, text);
  const unknown = functions.find((called) => !FUNCTIONS.has(called));
  if (unknown !== undefined) {
    const logMessage = `${field}: must call JMESPath functions`;
    const meant =
      OTHER_NAMES.find(([names]) => names.test(unknown))?.[1] ?? nearestName(unknown, FUNCTIONS);
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
    text,
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
  // The library would silently close an open quote at the end of the text.
  if (openQuoteIn(text) !== undefined) {
    throw new PoisonRecordError(`${field}: must be a JMESPath expression: close its last quote`);
  }
  try {
    const tree = compileExactly(text);
    return { tree, functions: functionsIn(tree) };
  } catch (error) {
    // An expression that nests too deep exhausts the stack, in the parser or in functionsIn: it counts as a syntax
    // error.
    const reason = error instanceof RangeError ? "nests too deep" : syntaxProblem(error);
    const hint = syntaxHint(text);
    throw new PoisonRecordError(
      `${field}: must be a JMESPath expression: ${reason}${hint && `: ${hint}`}`,
    );
  }
}

/** The parser's message without the part of the expression that it quotes, which may contain a secret. */
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
