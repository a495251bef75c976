import { DeleteMessageCommand, type Message, ReceiveMessageCommand } from "@aws-sdk/client-sqs";
import { type LocalInvocation, type LocalStack, startLocalStack } from "../../local/stack.ts";
import { endedPoll, eventsOf, type StackEvent } from "./stack-events.ts";

export interface WatchedStack {
  readonly stack: LocalStack;
  close(): Promise<void>;
}

/** A dead letter can appear without an invocation: SQS moves a message that was received too often. */
const LOOK_EVERY_MS = 1000;

/**
 * Starts the local stack and reports what happens to its polls. After each invocation it first empties the outcome
 * queue and the dead-letter queue: a record that reached neither was certainly requeued.
 *
 * @param onEvent Called with events in their order; must not throw.
 * @param onLog Called with each line that the function logs.
 * @throws what {@link startLocalStack} throws.
 */
export async function startWatchedStack(
  onEvent: (event: StackEvent) => void,
  onLog: (line: string) => void,
): Promise<WatchedStack> {
  const endedPolls = new Set<string>();
  const emit = (event: StackEvent): void => {
    const ended = endedPoll(event);
    if (ended !== undefined) endedPolls.add(ended);
    onEvent(event);
  };
  const lookOnce = async (invocation?: LocalInvocation): Promise<void> => {
    for (const { Body = "" } of await drain(stack, stack.outcomeQueueUrl)) {
      emit({ kind: "outcome", body: Body });
    }
    for (const message of await drain(stack, stack.deadLetterQueueUrl)) {
      emit({ kind: "dead letter", body: message.Body ?? "", reason: reasonOf(message) });
    }
    if (invocation !== undefined) eventsOf(invocation, endedPolls, Date.now()).forEach(emit);
  };
  let closing = false;
  let looking: Promise<void> = Promise.resolve();
  const look = (invocation?: LocalInvocation): void => {
    if (closing) return;
    looking = looking
      .then(() => lookOnce(invocation))
      .catch((error: unknown) => emit({ kind: "crashed", error: String(error) }));
  };

  const stack = await startLocalStack({ onInvocation: look, onLog });
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

/** Receives and deletes all messages that are in a queue now. */
async function drain({ sqs }: LocalStack, queueUrl: string): Promise<Message[]> {
  const drained: Message[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: 10,
        WaitTimeSeconds: 0,
        MessageAttributeNames: ["All"],
      }),
    );
    if (Messages.length === 0) return drained;
    for (const { ReceiptHandle } of Messages) {
      await sqs.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle }));
    }
    drained.push(...Messages);
  }
}

/** SQS gives no reason when it moves a message itself. */
function reasonOf({ MessageAttributes = {} }: Message): string {
  return MessageAttributes.reason?.StringValue ?? "received too often (maxReceiveCount)";
}
