import { type Acceptor, compileAcceptor } from "./acceptor.ts";

/** The compiled acceptors of a poll: the expressions that tell done from failed. */
export interface Acceptors {
  readonly success: Acceptor;
  readonly failure?: Acceptor;
  readonly pending?: Acceptor;
  /** Not asked whether it matches: it picks what the outcome carries. */
  readonly result?: Acceptor;
}

/** How a poll tells done from failed: by the preset `http`, or by acceptors of its own. */
export type Until = "http" | Acceptors;

/** The acceptors as a message has them: JMESPath expressions. */
interface Expressions {
  readonly success: string;
  readonly failure?: string | undefined;
  readonly pending?: string | undefined;
  readonly result?: string | undefined;
}

/**
 * Compiles a poll message's `until`.
 *
 * @throws {PoisonRecordError} naming the expression that is not JMESPath, or can be seen to be wrong
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
