import type { SQSRecord } from "aws-lambda";
import type { PollPlan } from "./scenario.ts";

/** The history of one poll. */
export interface PollHistory {
  readonly plan: PollPlan;
  readonly pollId: string;
  /** In epoch ms. */
  readonly expiresAt: number | undefined;
  /** Its messages that are not deleted, in the poll queue and in the dead-letter queue. */
  alive: number;
  /** Its records in running invocations. */
  inHand: number;
  faults: number;
  requests: number;
  /** Whether any run of it had a wrong clock: then its times are only approximate. */
  isSkewed: boolean;
  /** The distinct bodies of its outcomes. */
  readonly outcomes: Set<string>;
  deliveries: number;
  isDeadLetter: boolean;
  /** Whether a redrive or a second submission changed a first message's send time, which is part of its outcomeId. */
  hasManyStarts: boolean;
}

/** One invocation, and what happened to the polls of its records. */
export interface Run {
  readonly records: readonly SQSRecord[];
  /** Polls that were hit by a fault: their records may fail. */
  readonly touched: Set<string>;
  /** When the next request of a poll is due by its answer, in epoch ms. */
  readonly dueAt: Map<string, number>;
  /** Polls whose record was reported as failed, and whose lease could be given back. */
  readonly gaveBack: Set<string>;
  skewMs: number;
  isOpen: boolean;
}

/** A request in progress. */
export interface RequestUnderWay {
  readonly history: PollHistory;
  /** @param nextDueAt when the next request is allowed, in epoch ms; `undefined`: it got no answer */
  end(nextDueAt: number | undefined): void;
}

/** The history of a poll that is submitted now. @param expiresAt in epoch ms */
export function newHistory(
  pollId: string,
  plan: PollPlan,
  expiresAt: number | undefined,
): PollHistory {
  return {
    plan,
    pollId,
    expiresAt,
    alive: 0,
    inHand: 0,
    faults: 0,
    requests: 0,
    isSkewed: false,
    outcomes: new Set(),
    deliveries: 0,
    isDeadLetter: false,
    hasManyStarts: false,
  };
}
