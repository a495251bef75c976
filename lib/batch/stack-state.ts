import type { SQSRecord } from "aws-lambda";
import type { UsedMiddleware } from "./stack-order.ts";

/** What our middlewares and `eachRecord` know of each other in one invocation. */
export interface StackState {
  /** Those whose before-hook has run, in the order of their `use`. */
  readonly used: UsedMiddleware[];
  /** The records of the event, as one of ours saw it last. */
  records?: readonly SQSRecord[];
  /** The results as one of ours saw them last: what another middleware did to them since can be seen, and undone. */
  settled?: readonly unknown[];
  /** The messageId of each record whose requeue or outcome is stored. */
  readonly stored: Set<string>;
}

/** One registry per process: a stack can hold middlewares from two copies of this package. */
const REGISTRY: unique symbol = Symbol.for("request-poller.stack-states");

const shared: typeof globalThis & { [REGISTRY]?: WeakMap<object, StackState> } = globalThis;

function registry(): WeakMap<object, StackState> {
  shared[REGISTRY] ??= new WeakMap();
  return shared[REGISTRY];
}

/**
 * The state of an invocation.
 *
 * @param key Middy's request, or the event or context, which is all that a handler sees
 */
export function findStackState(key: unknown): StackState | undefined {
  return typeof key === "object" && key !== null ? registry().get(key) : undefined;
}

/** The state of an invocation, found from now on by its request, and by the event and context that it has now. */
export function stackStateOf(request: { readonly event: unknown; readonly context: unknown }) {
  const states = registry();
  const state: StackState = states.get(request) ?? { used: [], stored: new Set() };
  for (const key of [request, request.event, request.context]) {
    if (typeof key === "object" && key !== null) states.set(key, state);
  }
  return state;
}
