import type { SQSRecord } from "aws-lambda";
import { noteText } from "./record-facts.ts";
import type { UsedMiddleware } from "./stack-order.ts";

/** The state that the middlewares of this package and `eachRecord` share in one invocation. */
export interface StackState {
  /** The middlewares whose before-hook has run, in the order of their `use`. */
  readonly used: UsedMiddleware[];
  /** Whether the after-hook of the first of them is still to come: a Middy stack that runs within it shares this state. */
  isOpen: boolean;
  /** The records of the event, as a hook of this package last saw them. */
  records?: readonly SQSRecord[];
  /** The results as a hook of this package last saw them, to detect and undo changes by other middlewares. */
  settled?: readonly unknown[];
  /** The messageId of each record whose requeue or outcome is stored. */
  readonly stored: Set<string>;
  /** Those of them whose outcome goes nowhere. A copy of an earlier version does not note it. */
  unaddressed?: Set<string>;
  /** The text of each body, by messageId: a parser may replace it by a value. A copy of an earlier version has none. */
  texts?: Map<string, string>;
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
 * @param key Middy's request, or the event or context, because a handler sees only these two
 */
export function findStackState(key: unknown): StackState | undefined {
  return typeof key === "object" && key !== null ? registry().get(key) : undefined;
}

/** The state of an invocation. Makes it findable by its request and by the request's current event and context. */
export function stackStateOf(request: { readonly event: unknown; readonly context: unknown }) {
  const states = registry();
  const outer = findStackState(request.event);
  const isWithin = outer?.isOpen === true && outer === findStackState(request.context);
  const state: StackState = states.get(request) ??
    (isWithin ? outer : undefined) ?? {
      used: [],
      isOpen: true,
      stored: new Set(),
    };
  for (const key of [request, request.event, request.context]) {
    if (typeof key === "object" && key !== null) states.set(key, state);
  }
  return state;
}

/** Keeps the text of each body, also when a parser has replaced it by a value since. */
export function keepTexts(state: StackState, records: readonly SQSRecord[]): void {
  state.texts ??= new Map();
  const { texts } = state;
  for (const record of records) {
    const { messageId, body }: { messageId: string; body: unknown } = record;
    const text = texts.get(messageId);
    if (typeof body === "string") texts.set(messageId, body);
    else if (text !== undefined) noteText(record, text);
  }
}
