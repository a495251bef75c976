import * as fc from "fast-check";
import type { OutagePlan } from "./outages.ts";

/** What a server answers to one request. */
export type Answer = "pending" | "done" | "failed" | "busy" | "broken" | "silent" | "garbage";

/** One poll, and the server it asks. */
export interface PollPlan {
  readonly submitAfterSeconds: number;
  /** When the same message is submitted once more, in seconds after the first. */
  readonly againAfterSeconds: readonly number[];
  readonly maxRetries: number;
  readonly maxErrors: number;
  readonly delaySeconds: number;
  readonly rate: 1 | 2;
  /** `undefined`: never. */
  readonly expiresAfterSeconds: number | undefined;
  /** To the first requests, in order; a server may change its mind. */
  readonly answers: readonly Answer[];
  /** To all further ones. */
  readonly finally: Answer;
  readonly latencyMs: number;
  /** Its message is one that can never be processed. */
  readonly isPoison: boolean;
}

/** Something that goes wrong at one call of the stack on its world, or of the event source mapping on the queue. */
export interface FaultPlan {
  /** How many calls go well before it. */
  readonly after: number;
  /** Which of the faults that can happen at that call. */
  readonly kind: number;
  /** How long, how much, which entries. */
  readonly amount: number;
}

/** All that decides a run. */
export interface Scenario {
  /** Decides what nobody wants to shrink: latencies of queues and table, jitter. */
  readonly seed: number;
  readonly isFenced: boolean;
  readonly batchSize: number;
  readonly maximumConcurrency: number;
  readonly polls: readonly PollPlan[];
  readonly faults: readonly FaultPlan[];
  /** When somebody redrives the dead-letter queue, in seconds from the beginning. */
  readonly redrives: readonly number[];
  readonly outage?: OutagePlan;
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

/** Decided at random, and left as it is while a failure is shrunk: fewer faults and fewer polls say more. */
const asDrawn = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T> => fc.noShrink(arbitrary);

const poll: fc.Arbitrary<PollPlan> = fc.record({
  submitAfterSeconds: asDrawn(fc.nat(120)),
  againAfterSeconds: fc.oneof(
    { weight: 5, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(asDrawn(fc.oneof(fc.nat(100), fc.nat(1500))), { maxLength: 3 }),
    },
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
});

const fault: fc.Arbitrary<FaultPlan> = asDrawn(
  fc.record({ after: fc.nat(20), kind: fc.nat(1000), amount: fc.nat(1023) }),
);

/** Any scenario with so many polls where nothing fails, but for an outage of an hour. */
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
    batchSize: asDrawn(fc.constantFrom(1, 10, 100)),
    maximumConcurrency: asDrawn(fc.constantFrom(2, 50)),
    outage: fc.record({ what: fc.constant(what), fromSeconds: asDrawn(fc.nat(200)) }),
  });
}

/** Any scenario with so many polls. It is shrunk in the order of its members. */
export function scenarios(polls: number, isFenced: boolean): fc.Arbitrary<Scenario> {
  return fc.record({
    faults: fc.array(fault, { maxLength: 60, size: "max" }),
    polls: fc.array(poll, { minLength: 1, maxLength: 2 * polls - 1, size: "max" }),
    redrives: fc.array(asDrawn(fc.nat(3000)), { maxLength: 3 }),
    seed: asDrawn(fc.nat()),
    isFenced: fc.constant(isFenced),
    batchSize: asDrawn(fc.constantFrom(1, 10, 100)),
    maximumConcurrency: asDrawn(fc.constantFrom(2, 50)),
  });
}
