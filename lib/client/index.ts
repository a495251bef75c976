// The exports of `request-poller/client`.

export type { Outcome } from "../outcome/outcome.ts";
export type { OutcomeStatus } from "../outcome/outcome-status.ts";
export type { PollMessage } from "../poll/message/schema.ts";
export type { PollState } from "../polls/poll-states.ts";
export type { PollStatus, PollStep } from "../polls/poll-status.ts";
export {
  type InvalidMessage,
  InvalidMessageError,
  MissingOptionError,
  NoTableError,
  SubmitError,
  type UnsentMessage,
  WaitTimeoutError,
} from "./client-errors.ts";
export { createPollClient } from "./create-poll-client.ts";
export type { DeadLetter } from "./dead-letters.ts";
export type { ListOptions } from "./list-filter.ts";
export {
  type LocalStackDescription,
  localStack,
  NoLocalStackError,
  readLocalStack,
} from "./local-stack.ts";
export type { NudgeResult } from "./nudge.ts";
export type { DeadLettersOptions, PollClient, PollClientOptions } from "./poll-client.ts";
export type { CancelResult } from "./poll-rows.ts";
export type { Depths } from "./queue-attributes.ts";
export type { OutcomesOptions, QueuedOutcome } from "./receive-outcomes.ts";
export type { RedriveOptions, RedriveResult } from "./redrive.ts";
export type { SubmitOptions } from "./send-submissions.ts";
export type { AwsClients } from "./services.ts";
export type { Submission } from "./submissions.ts";
export type { WaitOptions } from "./wait-for-end.ts";
