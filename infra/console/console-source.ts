import type { TryPorts } from "../../lib/explain/try-message.ts";
import type { Outcome } from "../../lib/outcome/outcome.ts";
import type { PollState, PollStatus } from "./poll-status.ts";

/** How many messages each queue has, about. */
export interface Depths {
  readonly waiting: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly outcomes: number;
  readonly deadLetters: number;
}

/** A message on the dead-letter queue. */
export interface DeadLetter {
  readonly messageId: string;
  readonly body: string;
  readonly pollId?: string;
  readonly status?: string;
  readonly reason?: string;
  readonly sentAt: string;
  readonly receiveCount: number;
}

export interface RedriveRequest {
  readonly ids?: readonly string[];
  readonly only?: string;
  readonly edit?: (letter: DeadLetter) => string;
}

/** What the console needs of the client of polls. */
export interface ConsoleClient {
  list(): AsyncIterable<PollStatus>;
  status(pollId: string): Promise<PollStatus | undefined>;
  outcome(pollId: string): Promise<Outcome | undefined>;
  cancel(pollId: string): Promise<{ readonly state: PollState; readonly cancelled: boolean }>;
  submit(message: unknown): Promise<string>;
  deadLetters(): AsyncIterable<DeadLetter>;
  redrive(request: RedriveRequest): Promise<{ readonly moved: number }>;
  depths(): Promise<Depths>;
}

/** A message of a queue that was looked at without receiving it. */
export interface QueuedMessage {
  readonly body: string;
  /** ISO 8601: when a consumer can receive it, or could. */
  readonly visibleAt: string;
}

/** The stack that a console shows. */
export interface ConsoleSource {
  readonly name: string;
  readonly isLocal: boolean;
  readonly region: string;
  readonly hasTable: boolean;
  /** When the table learns of an answer: the template's parameter History. */
  readonly history: "claims" | "answers" | "false";
  readonly client: ConsoleClient;
  /** Looks at a poll's message in the queue; absent where SQS can only receive. */
  readonly lookAtMessage?: (pollId: string) => Promise<QueuedMessage | undefined>;
  /** Sends one request from this machine, for 'try it'. */
  readonly send: TryPorts["send"];
}
