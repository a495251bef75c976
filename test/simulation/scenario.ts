import * as fc from "fast-check";
import { type DestinationPlan, destinations } from "./destinations.ts";
import type { OutagePlan } from "./outages.ts";

/** The first part of the path of a request that starts a job. */
export const START = "start";

/** The first part of the path of a request that stops a job. */
export const ABORT = "abort";

/** A server's answer to one request. */
export type Answer = "pending" | "done" | "failed" | "busy" | "broken" | "silent" | "garbage";

/** A server's answer to a request that starts a job, or what becomes of the request on the way. */
export type StartAnswer =
  | "started"
  | "done"
  | "failed"
  | "busy"
  | "broken"
  | "silent"
  | "reset"
  | "unreachable"
  | "noPlace";

/** How a poll starts its job. */
export interface StartPlan {
  readonly isIdempotent: boolean;
  /** The answers to the first requests, in order; each further one starts the job. */
  readonly answers: readonly StartAnswer[];
}

/** One poll, and the behaviour of its server. */
export interface PollPlan {
  readonly submitAfterSeconds: number;
  /** When the same message is submitted again, in seconds after the first submission. */
  readonly againAfterSeconds: readonly number[];
  /** Absent: someone else has started the job. */
  readonly start?: StartPlan | undefined;
  readonly maxRetries: number;
  readonly maxErrors: number;
  readonly delaySeconds: number;
  readonly rate: 1 | 2;
  /** `undefined`: never. */
  readonly expiresAfterSeconds: number | undefined;
  /** The answers to the first requests, in order; they may contradict each other. */
  readonly answers: readonly Answer[];
  /** The answer to all further requests. */
  readonly finally: Answer;
  readonly latencyMs: number;
  /** The destinations that its message names; none: the outcome queue. */
  readonly deliver: readonly DestinationPlan[];
  /** When it is cancelled, in seconds after its submission; absent: never. */
  readonly cancelAfterSeconds?: number | undefined;
  /** When it is nudged, in seconds after its submission. Absent: never. */
  readonly nudgesAfterSeconds?: readonly number[];
  /** How its job is stopped: at most once, or so that a second time does no harm. Absent: it is not. */
  readonly abort?: "once" | "idempotent" | undefined;
  /** The group that it belongs to; absent: none. */
  readonly group?: string | undefined;
  /** Whether its message can never be processed. */
  readonly isPoison: boolean;
}

/** A fault at one call of the stack to its world, or of the event source mapping to the queue. */
export interface FaultPlan {
  /** How many calls succeed before it. */
  readonly after: number;
  /** Selects one of the faults that are possible at that call. */
  readonly kind: number;
  /** Its duration, size, or entries. */
  readonly amount: number;
}

/** Everything that determines a run. */
export interface Scenario {
  /** Determines what is not worth shrinking: latencies of queues and table, jitter. */
  readonly seed: number;
  readonly isFenced: boolean;
  /** With the fence: only each so-many-th message of a poll claims it. */
  readonly checkpointEvery: number;
  /** When the rows say where their polls are. Absent: when they are claimed and when they end. */
  readonly history?: "claims" | "answers";
  /** Whether a nudge also wakes the message that waits, as a local stack does. `@default` false */
  readonly wakes?: boolean;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  readonly polls: readonly PollPlan[];
  readonly faults: readonly FaultPlan[];
  /** When the dead-letter queue is redriven, in seconds from the beginning. */
  readonly redrives: readonly number[];
  readonly outage?: OutagePlan;
}

/** What scenarios have in common. */
export interface Favours extends Partial<Omit<Scenario, "polls">> {
  readonly poll?: Partial<PollPlan>;
}

/** The scenario, with what is favoured. */
export function favouring(scenario: Scenario, { poll, ...more }: Favours): Scenario {
  return { ...scenario, ...more, polls: scenario.polls.map((plan) => ({ ...plan, ...poll })) };
}

const answer = fc.constantFrom<Answer>(
  ...Array<Answer>(8).fill("pending"),
  "done",
  "failed",
  "busy",
  "broken",
  "silent",
  "garbage",
);

/** A random value that is not shrunk: fewer faults and fewer polls explain more. */
const asDrawn = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T> => fc.noShrink(arbitrary);

const start: fc.Arbitrary<StartPlan> = fc.record({
  isIdempotent: asDrawn(fc.nat(3).map((of) => of === 3)),
  answers: fc.array(
    asDrawn(
      fc.constantFrom<StartAnswer>(
        ...Array<StartAnswer>(6).fill("started"),
        ...(["busy", "busy", "unreachable", "unreachable", "noPlace", "noPlace"] as const),
        ...(["done", "failed", "broken", "silent", "reset"] as const),
      ),
    ),
    { maxLength: 3 },
  ),
});

const poll: fc.Arbitrary<PollPlan> = fc.record({
  submitAfterSeconds: asDrawn(fc.nat(120)),
  againAfterSeconds: fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(asDrawn(fc.oneof(fc.nat(100), fc.nat(1500))), { maxLength: 3 }),
    },
  ),
  start: fc.oneof(
    { weight: 2, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: start },
  ),
  maxRetries: asDrawn(fc.nat(7)),
  maxErrors: asDrawn(fc.constantFrom(0, 2, 10)),
  delaySeconds: asDrawn(fc.constantFrom(0, 5, 30, 30, 75, 1000)),
  rate: asDrawn(fc.constantFrom(1 as const, 2 as const)),
  expiresAfterSeconds: asDrawn(
    fc.constantFrom(undefined, undefined, undefined, undefined, 40, 700),
  ),
  answers: fc.array(asDrawn(answer), { maxLength: 6, size: "max" }),
  finally: asDrawn(fc.constantFrom<Answer>("done", "done", "done", "failed", "pending")),
  latencyMs: asDrawn(fc.constantFrom(50, 200, 1500, 8000)),
  isPoison: asDrawn(fc.nat(19).map((of) => of === 19)),
  deliver: asDrawn(destinations),
  cancelAfterSeconds: fc.oneof(
    { weight: 4, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: asDrawn(fc.oneof(fc.integer({ min: -5, max: 60 }), fc.nat(2500))) },
  ),
  nudgesAfterSeconds: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(asDrawn(fc.nat(3000)), { minLength: 1, maxLength: 4 }) },
  ),
  group: asDrawn(fc.constantFrom(undefined, undefined, undefined, undefined, "a", "b")),
  abort: asDrawn(fc.constantFrom(undefined, undefined, undefined, "once", "idempotent")),
});

const fault: fc.Arbitrary<FaultPlan> = asDrawn(
  fc.record({ after: fc.nat(20), kind: fc.nat(1000), amount: fc.nat(1023) }),
);

/** Scenarios with about this many polls, without faults except an outage of an hour. */
export function outageScenarios(
  polls: number,
  isFenced: boolean,
  what: OutagePlan["what"],
): fc.Arbitrary<Scenario> {
  return fc.record({
    faults: fc.constant([]),
    polls: fc.array(poll, { minLength: 1, maxLength: 2 * polls - 1, size: "max" }),
    redrives: fc.constant([]),
    seed: asDrawn(fc.nat()),
    isFenced: fc.constant(isFenced),
    checkpointEvery: fc.constant(1),
    batchSize: asDrawn(fc.constantFrom(1, 10, 100)),
    maximumConcurrency: asDrawn(fc.constantFrom(2, 50)),
    outage: fc.record({ what: fc.constant(what), fromSeconds: asDrawn(fc.nat(200)) }),
  });
}

/** Scenarios with about this many polls. They are shrunk in the order of their members. */
export function scenarios(
  polls: number,
  isFenced: boolean,
  checkpointEvery: number,
): fc.Arbitrary<Scenario> {
  return fc.record({
    faults: fc.array(fault, { maxLength: 60, size: "max" }),
    polls: fc.array(poll, { minLength: 1, maxLength: 2 * polls - 1, size: "max" }),
    redrives: fc.array(asDrawn(fc.nat(3000)), { maxLength: 3 }),
    seed: asDrawn(fc.nat()),
    isFenced: fc.constant(isFenced),
    checkpointEvery: fc.constant(checkpointEvery),
    history: asDrawn(fc.constantFrom("claims", "claims", "answers")),
    wakes: asDrawn(fc.boolean()),
    batchSize: asDrawn(fc.constantFrom(1, 10, 100)),
    maximumConcurrency: asDrawn(fc.constantFrom(2, 50)),
  });
}
