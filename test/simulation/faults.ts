import type { FaultPlan } from "./scenario.ts";

/** Where the stack, or the event source mapping, calls its world. */
export type Point =
  | "receive"
  | "start"
  | "claim"
  | "request"
  | "requeue"
  | "decide"
  | "deliver"
  | "giveBack"
  | "keepLease"
  | "deadLetter"
  | "backOff"
  | "answer"
  | "delete";

/** What goes wrong there. */
export type FaultKind =
  /** The function dies before the call has an effect, or after it. */
  | "crashBefore"
  | "crashAfter"
  /** The call fails, and has no effect, or has one all the same. */
  | "refused"
  | "ambiguous"
  /** It fails after a while, and has no effect, which nobody can tell. */
  | "unanswered"
  /** Some entries of a batch are refused, each alone. */
  | "entries"
  /** It takes seconds, or longer than the function may run. */
  | "slow"
  /** The function's clock is wrong, by five seconds at most. */
  | "skew"
  | "duplicate"
  | "forget"
  /** The message is delivered later than it was asked for: others overtake it. */
  | "late";

const TABLE_CALL = ["crashBefore", "crashAfter", "refused", "ambiguous", "slow"] as const;
const SEND = [...TABLE_CALL, "entries", "entries"] as const;

const POSSIBLE: Readonly<Record<Point, readonly FaultKind[]>> = {
  receive: ["duplicate", "duplicate", "refused", "ambiguous"],
  start: ["crashBefore", "skew"],
  claim: TABLE_CALL,
  request: ["crashBefore", "crashAfter", "refused", "slow"],
  requeue: [...SEND, "late"],
  decide: TABLE_CALL,
  deliver: SEND,
  giveBack: TABLE_CALL,
  keepLease: TABLE_CALL,
  deadLetter: SEND,
  backOff: SEND,
  answer: ["crashBefore"],
  delete: ["refused", "ambiguous", "entries", "forget"],
};

/** A fault that happens now. */
export interface Fault {
  readonly kind: FaultKind;
  readonly amount: number;
}

/** Where faults have happened, and how often: `requeue crashAfter` to count. */
export type FaultCounts = Map<string, number>;

/** Deals out a scenario's faults, call by call. */
export interface FaultDealer {
  next(point: Point): Fault | undefined;
  /** Nothing goes wrong any more. */
  stop(): void;
}

export function dealFaults(plans: readonly FaultPlan[], counts: FaultCounts): FaultDealer {
  let place = 0;
  let callsLeft = plans[0]?.after ?? Number.POSITIVE_INFINITY;
  return {
    next(point) {
      const plan = plans[place];
      if (plan === undefined || callsLeft-- > 0) return undefined;
      place++;
      callsLeft = plans[place]?.after ?? 0;
      const kinds = POSSIBLE[point];
      const kind = kinds[plan.kind % kinds.length];
      if (kind === undefined) return undefined;
      const name = `${point} ${kind}`;
      counts.set(name, (counts.get(name) ?? 0) + 1);
      return { kind, amount: plan.amount };
    },
    stop() {
      place = plans.length;
    },
  };
}

/** Every place and kind there is, so that a run can tell which it has not seen. */
export const ALL_FAULTS: ReadonlySet<string> = new Set(
  Object.entries(POSSIBLE).flatMap(([point, kinds]) => kinds.map((kind) => `${point} ${kind}`)),
);
