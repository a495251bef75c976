import { type LookedAtMessage, lookAtMessages } from "../../local/sqs/look.ts";
import { type LocalInvocation, type LocalStack, startLocalStack } from "../../local/stack.ts";
import { eventsOf, type StackEvent } from "./stack-events.ts";

export interface WatchedStack {
  readonly stack: LocalStack;
  close(): Promise<void>;
}

/** A dead letter can appear without an invocation: SQS moves a message that was received too often. */
const LOOK_EVERY_MS = 1000;

/**
 * Starts the local stack and reports what happens to its polls. After each invocation it looks into all queues: a poll
 * that has ended has no message in the poll queue.
 *
 * @param onEvent Called with events in their order; must not throw.
 * @param onLog Called with each line that the function logs.
 * @param parameters of the template
 * @throws what {@link startLocalStack} throws.
 */
export async function startWatchedStack(
  onEvent: (event: StackEvent) => void,
  onLog: (line: string) => void,
  parameters: Readonly<Record<string, string>> = {},
): Promise<WatchedStack> {
  const seen = new Set<string>();
  const lookIn = (queueUrl: string): Promise<LookedAtMessage[]> =>
    lookAtMessages(port, { queue: queueUrl.slice(queueUrl.lastIndexOf("/") + 1) });
  const newIn = async (queueUrl: string): Promise<LookedAtMessage[]> => {
    const messages = await lookIn(queueUrl);
    const isNew = messages.filter(({ messageId }) => !seen.has(messageId));
    for (const { messageId } of isNew) seen.add(messageId);
    return isNew;
  };
  const lookOnce = async (invocation?: LocalInvocation): Promise<void> => {
    if (invocation !== undefined) {
      eventsOf(invocation, await lookIn(stack.queueUrl)).forEach(onEvent);
    }
    for (const { body } of await newIn(stack.outcomeQueueUrl)) onEvent({ kind: "outcome", body });
    for (const { body, attributes } of await newIn(stack.deadLetterQueueUrl)) {
      onEvent({ kind: "dead letter", body, reason: attributes.reason ?? MOVED_BY_SQS });
    }
  };
  let closing = false;
  let looking: Promise<void> = Promise.resolve();
  const look = (invocation?: LocalInvocation): void => {
    if (closing) return;
    looking = looking
      .then(() => lookOnce(invocation))
      .catch((error: unknown) => onEvent({ kind: "crashed", error: String(error) }));
  };

  const stack = await startLocalStack({
    // Here a write costs nothing, and who watches wants to see each answer.
    parameters: { History: "answers", ...parameters },
    onInvocation: look,
    onLog,
  });
  const port = Number(new URL(stack.endpoint).port);
  const timer = setInterval(() => look(), LOOK_EVERY_MS);
  return {
    stack,
    async close() {
      closing = true;
      clearInterval(timer);
      await looking;
      await stack.close();
    },
  };
}

/** SQS gives no reason when it moves a message itself. */
const MOVED_BY_SQS = "received too often (maxReceiveCount)";
