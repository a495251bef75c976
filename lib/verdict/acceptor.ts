import {
  compile,
  isRegistered,
  type JSONValue,
  TreeInterpreter,
} from "@jmespath-community/jmespath";
import { PoisonRecordError } from "../record-result.ts";

/** One compiled JMESPath expression of a poll message's `until`. */
export interface Acceptor {
  /** Where it stands in the message, for errors: `until.success`. */
  readonly field: string;
  /** @throws {Error} when the expression cannot be evaluated on this response */
  evaluate(facts: JSONValue): JSONValue;
}

type Expression = ReturnType<typeof compile>;

/**
 * Compiles an acceptor.
 *
 * @throws {PoisonRecordError} when it is not JMESPath, or calls a function that there is not
 */
export function compileAcceptor(name: string, text: string): Acceptor {
  const field = `until.${name}`;
  const tree = parsed(field, text);
  const unknown = functionsIn(tree).find((called) => !isRegistered(called));
  if (unknown !== undefined) {
    throw new PoisonRecordError(
      `${field}: must call JMESPath functions, got ${unknown.slice(0, 64)}()`,
    );
  }
  return { field, evaluate: (facts) => TreeInterpreter.search(tree, facts) };
}

/**
 * Tells whether what an acceptor found says yes: what JMESPath calls true, but for 0. `done: 0` and
 * `length(items)` of nothing mean no to whoever writes them, and a wrong yes would end the poll.
 */
export function saysYes(found: JSONValue): boolean {
  if (found === null || found === undefined || found === false) return false;
  if (found === 0 || found === "") return false;
  return typeof found !== "object" || Object.keys(found).length > 0;
}

function parsed(field: string, text: string): Expression {
  try {
    return compile(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "cannot be parsed";
    throw new PoisonRecordError(`${field}: must be a JMESPath expression: ${reason.slice(0, 200)}`);
  }
}

function functionsIn(node: unknown): string[] {
  if (typeof node !== "object" || node === null) return [];
  const { type, name } = node as { type?: unknown; name?: unknown };
  if (type === "Literal") return [];
  const children = Object.values(node).flatMap(functionsIn);
  return type === "Function" && typeof name === "string" ? [name, ...children] : children;
}
