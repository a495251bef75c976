import { type Acceptor, compileAcceptor } from "./acceptor.ts";

/** The compiled acceptors of a poll: the expressions that decide whether it has succeeded or failed. */
export interface Acceptors {
  readonly success: Acceptor;
  readonly failure?: Acceptor;
  readonly pending?: Acceptor;
  /** Does not match: it picks the result for the outcome. */
  readonly result?: Acceptor;
}

/** How a poll is judged: by the preset `http`, or by its own acceptors. */
export type Until = "http" | Acceptors;

/** The acceptors in a message: JMESPath expressions. */
interface Expressions {
  readonly success: string;
  readonly failure?: string | undefined;
  readonly pending?: string | undefined;
  readonly result?: string | undefined;
}

/**
 * Compiles a poll message's `until`.
 *
 * @throws {PoisonRecordError} naming the expression that is not valid JMESPath or contains a mistake
 */
export function compileUntil(until: "http" | Expressions): Until {
  if (until === "http") return until;
  const { success, failure, pending, result } = until;
  return {
    success: compileAcceptor("success", success, "verdict"),
    ...(failure === undefined ? {} : { failure: compileAcceptor("failure", failure, "verdict") }),
    ...(pending === undefined ? {} : { pending: compileAcceptor("pending", pending, "verdict") }),
    ...(result === undefined ? {} : { result: compileAcceptor("result", result, "value") }),
  };
}
