import { type Acceptor, compileAcceptor } from "./acceptor.ts";
import type { Purpose } from "./mistakes.ts";

/** The expressions of an `until`, in a message or a preset. */
export interface UntilExpressions {
  readonly pending?: string | undefined;
  readonly failure?: string | undefined;
  readonly success?: string | undefined;
  readonly next?: string | undefined;
  readonly fetch?: string | undefined;
  readonly abort?: string | undefined;
  readonly result?: string | undefined;
  readonly error?: string | undefined;
}

/** The compiled expressions of a poll. */
export type Acceptors = { readonly [name in keyof UntilExpressions]?: Acceptor };

/** How a poll is judged: by the preset `http` alone, or by expressions. Without `success`, `http` judges the status. */
export type Until = "http" | Acceptors;

/** Whether each expression says yes or no, or picks a value. */
const PURPOSES = {
  pending: "verdict",
  failure: "verdict",
  success: "verdict",
  next: "value",
  fetch: "value",
  abort: "value",
  result: "value",
  error: "value",
} as const satisfies Record<keyof UntilExpressions, Purpose>;

/** The fields of an `until` that are expressions. */
export const EXPRESSION_NAMES = Object.keys(PURPOSES) as readonly (keyof UntilExpressions)[];

/**
 * Compiles the expressions of an `until`.
 *
 * @throws {PoisonRecordError} naming the expression that is not valid JMESPath or contains a mistake
 */
export function compileExpressions(expressions: UntilExpressions): Acceptors {
  const compiled: { -readonly [name in keyof UntilExpressions]?: Acceptor } = {};
  for (const name of EXPRESSION_NAMES) {
    const text = expressions[name];
    if (text !== undefined) compiled[name] = acceptorFor(name, text);
  }
  return compiled;
}

/** By name and text: polls of one API have the same expressions, and compiling one costs more than evaluating it. */
const kept = new Map<string, Acceptor>();

/** A few MB of trees at most, whatever senders write. */
const MOST_KEPT = 256;
const LONGEST_KEPT = 512;

function acceptorFor(name: keyof UntilExpressions, text: string): Acceptor {
  const key = `${name}:${text}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const acceptor = compileAcceptor(name, text, PURPOSES[name]);
  if (text.length > LONGEST_KEPT) return acceptor;
  if (kept.size >= MOST_KEPT) kept.clear();
  kept.set(key, acceptor);
  return acceptor;
}
