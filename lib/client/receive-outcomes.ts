import type { Outcome } from "../outcome/outcome.ts";
import { outcomeSchema } from "../outcome/outcome-schema.ts";
import { type LookOptions, lookAt } from "./look.ts";
import type { Services } from "./services.ts";

/** Options of `outcomes`. */
export interface OutcomesOptions {
  /** How long each receive waits for an outcome, in seconds, 0 to 20. `@default` 1, or 20 with `follow` */
  readonly waitSeconds?: number;
  /** Whether to go on when the queue is empty, until the signal aborts. `@default` false */
  readonly follow?: boolean;
  /** Ends the loop. */
  readonly signal?: AbortSignal;
}

/** An outcome in the outcome queue. */
export interface QueuedOutcome {
  readonly messageId: string;
  /** `undefined` when the message is no outcome of a poll, but that of a group, or one of your own. */
  readonly outcome: Outcome | undefined;
  /** The message's text, in which numbers have all their digits. */
  readonly body: string;
  /** Deletes it from the queue. One that is not deleted is visible to others again when the loop ends. */
  delete(): Promise<void>;
}

/** Receives the outcomes of a queue, each once. */
export async function* receiveOutcomes(
  services: Pick<Services, "sqs">,
  queueUrl: string,
  { follow = false, waitSeconds = follow ? 20 : 1, ...options }: LookOptions,
): AsyncGenerator<QueuedOutcome, void> {
  const { messages, remove } = lookAt(services, queueUrl, { ...options, follow, waitSeconds });
  for await (const message of messages) {
    const { MessageId = "", Body = "" } = message;
    yield {
      messageId: MessageId,
      outcome: outcomeIn(Body),
      body: Body,
      delete: () => remove([message]),
    };
  }
}

function outcomeIn(body: string): Outcome | undefined {
  try {
    return outcomeSchema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
