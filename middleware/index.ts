export {
  type EachRecordOptions,
  eachRecord,
  type RecordControl,
  type RecordHandler,
} from "../lib/each-record.ts";
export type { Outcome, OutcomeStatus } from "../lib/outcome.ts";
export type { NextBody, RequeueStep } from "../lib/poll-message/next-message.ts";
export type { PollMessage } from "../lib/poll-message/schema.ts";
export {
  type Completed,
  completed,
  type Held,
  held,
  type Pending,
  PoisonRecordError,
  pending,
  type RecordResult,
  type SettledRecord,
} from "../lib/record-result.ts";
export { type DeadLetterPoisonOptions, deadLetterPoison } from "./dead-letter-poison.ts";
export { type DeliverOutcomesOptions, deliverOutcomes } from "./deliver-outcomes.ts";
export { type FailureBackoffOptions, failureBackoff } from "./failure-backoff.ts";
export { type RequeuePendingOptions, requeuePending } from "./requeue-pending.ts";
