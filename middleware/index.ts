// The exports of `request-poller`.

// Handlers: the handler of a batch, and the results of its records.

export {
  type BatchHandler,
  type EachRecordOptions,
  eachRecord,
  type RecordControl,
  type RecordHandler,
} from "../lib/batch/each-record.ts";
export {
  type Completed,
  completed,
  type Held,
  held,
  type Pending,
  PoisonRecordError,
  pending,
  type RecordResult,
  RetryLaterError,
  type SettledRecord,
} from "../lib/batch/record-result.ts";

// Stacks: all middlewares as one ordered list, and each alone.

export { type CountGroupsOptions, countGroups } from "./count-groups.ts";
export { type DeadLetterPoisonOptions, deadLetterPoison } from "./dead-letter-poison.ts";
export { type DecideOutcomesOptions, decideOutcomes } from "./decide-outcomes.ts";
export { type DeliverOutcomesOptions, deliverOutcomes } from "./deliver-outcomes.ts";
export { type FailureBackoffOptions, failureBackoff } from "./failure-backoff.ts";
export { type LogPollsOptions, logPolls } from "./log-polls.ts";
export { type PollingMiddlewareOptions, pollingMiddleware } from "./polling-middleware.ts";
export { type RecordMetricsOptions, recordMetrics } from "./record-metrics.ts";
export { type RequeuePendingOptions, requeuePending } from "./requeue-pending.ts";
export { type SettleLeasesOptions, settleLeases } from "./settle-leases.ts";
export { type TracePollsOptions, tracePolls } from "./trace-polls.ts";

// Messages: the poll message, its requeue, and the outcome.

export type { Outcome } from "../lib/outcome/outcome.ts";
export type { OutcomeStatus } from "../lib/outcome/outcome-status.ts";
export { type OutcomeStore, type StoredAt, s3OutcomeStore } from "../lib/outcome/outcome-store.ts";
export {
  type NextBody,
  type NextPollMessageOptions,
  nextPollMessage,
  type RequeueStep,
} from "../lib/poll/message/next.ts";
export type { PollMessage } from "../lib/poll/message/schema.ts";

// Judging: what an answer means for its job, by a preset or by expressions.

export {
  type AnswerToJudge,
  type CreateJudgeOptions,
  createJudge,
  type Judgement,
} from "../lib/poll/create-judge.ts";
export type { Preset } from "../lib/presets/preset.ts";

// Fence: only one copy of a poll runs, and only one outcome is decided.

export type { Claim, ClaimDecision } from "../lib/fence/claim-decision.ts";
export { createFence } from "../lib/fence/create-fence.ts";
export type { FenceOptions } from "../lib/fence/create-fence-options.ts";
export { type DynamoDbTableOptions, dynamoDbTable } from "../lib/fence/dynamodb-table.ts";
export type { Fence, StartToClaim, Successor } from "../lib/fence/fence.ts";
export { fenced } from "../lib/fence/fenced.ts";
export {
  type PollTable,
  type TableCallOptions,
  TableRefusalError,
} from "../lib/fence/poll-table.ts";
export { type DynamoDbGroupsOptions, dynamoDbGroups } from "../lib/groups/dynamodb-groups.ts";
export type { GroupOutcome } from "../lib/groups/group-end.ts";
export type { GroupTable } from "../lib/groups/group-table.ts";

// Requests: fetch under the guard.

export {
  createGuardedFetch,
  type GuardedFetch,
  type GuardedFetchOptions,
} from "../lib/http/guarded-fetch.ts";

// Logs and metrics.

export type { AnyLogger, LevelLogger, LogEntry, Logger } from "../lib/log/logger.ts";
export type { Measurement } from "../lib/metrics/measurement.ts";
export {
  createRequestMeasurements,
  type RequestMeasurements,
} from "../lib/metrics/request-measurements.ts";
