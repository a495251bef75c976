import type { FaultPlan } from "./scenario.ts";

/** The points where the stack, or the event source mapping, calls its world. */
export type Point =
  | "receive"
  | "start"
  | "claim"
  | "look"
  | "markAbort"
  | "group"
  | "request"
  | "abort"
  | "requeue"
  | "decide"
  | "keepNext"
  | "deliver"
  | "tell"
  | "webhook"
  | "giveBack"
  | "note"
  | "keepLease"
  | "deadLetter"
  | "backOff"
  | "answer"
  | "delete";

/** The kinds of faults. */
export type FaultKind =
  /** The function dies before the call takes effect, or after it. */
  | "crashBefore"
  | "crashAfter"
  /** The call fails, without an effect or with it. */
  | "refused"
  | "ambiguous"
  /** It fails after a while without an effect, but the caller cannot know that. */
  | "unanswered"
  /** Some entries of a batch are refused. */
  | "entries"
  /** It takes seconds, or longer than the function may run. */
  | "slow"
  /** The function's clock is wrong, by five seconds at most. */
  | "skew"
  | "duplicate"
  | "forget"
  /** The message is delivered, or the note written, later than requested: others overtake it. */
  | "late";

const TABLE_CALL = ["crashBefore", "crashAfter", "refused", "ambiguous", "slow"] as const;
const SEND = [...TABLE_CALL, "entries", "entries"] as const;

const POSSIBLE: Readonly<Record<Point, readonly FaultKind[]>> = {
  receive: ["duplicate", "duplicate", "refused", "ambiguous"],
  start: ["crashBefore", "skew"],
  claim: TABLE_CALL,
  markAbort: TABLE_CALL,
  group: TABLE_CALL,
  look: ["crashBefore", "crashAfter", "refused", "slow"],
  request: ["crashBefore", "crashAfter", "refused", "slow"],
  abort: ["crashBefore", "crashAfter", "refused", "slow"],
  requeue: [...SEND, "late"],
  decide: TABLE_CALL,
  keepNext: TABLE_CALL,
  deliver: SEND,
  tell: ["crashBefore", "crashAfter", "refused", "ambiguous"],
  webhook: ["crashBefore", "crashAfter", "refused", "slow"],
  giveBack: TABLE_CALL,
  note: [...TABLE_CALL, "late", "duplicate"],
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

/** How many times each fault has happened, by its point and kind, for example `requeue crashAfter`. */
export type FaultCounts = Map<string, number>;

/** Distributes the faults of a scenario over its calls. */
export interface FaultDealer {
  next(point: Point): Fault | undefined;
  /** Ends all faults. */
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

/** All combinations of point and kind, to report those that a run has not seen. */
export const ALL_FAULTS: ReadonlySet<string> = new Set(
  Object.entries(POSSIBLE).flatMap(([point, kinds]) => kinds.map((kind) => `${point} ${kind}`)),
);
