import type { PollClient } from "../../lib/client/index.ts";
import type { TryPorts } from "../../lib/explain/try-message.ts";

/** What the console needs of the client of a stack. */
export type ConsoleClient = Pick<
  PollClient,
  | "cancel"
  | "deadLetters"
  | "depths"
  | "isPaused"
  | "list"
  | "nudge"
  | "outcomeJson"
  | "redrive"
  | "status"
> & {
  /** Checks and sends the text of a message. Returns its pollId. */
  submit(message: string): Promise<string>;
};

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
  /** Sends one request from this machine, for 'try it'. */
  readonly send: TryPorts["send"];
  /** Looks at a poll's message in the queue; absent where SQS can only receive. */
  readonly lookAtMessage?: (pollId: string) => Promise<QueuedMessage | undefined>;
}
