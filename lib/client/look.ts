import type { Message } from "@aws-sdk/client-sqs";
import type { Services } from "./services.ts";

/** A look at the messages of a queue. */
export interface Look {
  /** Each message once. When the loop over it ends, or is left, all that were not deleted become visible again. */
  readonly messages: AsyncGenerator<Message, void>;
  /**
   * Deletes messages of this look, at most ten.
   *
   * @throws when one of them could not be deleted
   */
  remove(messages: readonly Message[]): Promise<void>;
}

export interface LookOptions {
  /** How long each receive waits for a message, in seconds, 0 to 20. `@default` 1, enough to ask all of SQS's servers */
  readonly waitSeconds?: number | undefined;
  /** Whether it goes on when the queue is empty, until the signal aborts. `@default` false */
  readonly follow?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** In epoch ms. */
  readonly now: () => number;
}

/** A message is hidden from other readers for so long, should this process die while it looks. */
const HIDDEN_SECONDS = 60;
const MOST_HIDDEN_SECONDS = 900;
const RECEIVED_AT_ONCE = 10;
const GIVEN_BACK_AT_ONCE = 100;

/**
 * Looks at the messages of a queue without taking them. Their receive count grows by one, which does nothing in a queue
 * without a redrive policy.
 */
export function lookAt(
  services: Pick<Services, "sqs">,
  queueUrl: string,
  { waitSeconds = 1, follow = false, signal, now }: LookOptions,
): Look {
  const seen = new Set<string>();
  /** The receipt handles of the messages that are hidden now, with the time until when, in epoch ms. */
  const hidden = new Map<string, { readonly receiptHandle: string; readonly until: number }>();

  const isNew = (messageId: string): boolean => {
    const wasSeen = seen.has(messageId);
    seen.add(messageId);
    return !wasSeen;
  };

  const receive = async (hiddenSeconds: number): Promise<Message[]> => {
    const { client, ReceiveMessageCommand } = await services.sqs();
    const until = now() + hiddenSeconds * 1000;
    const { Messages = [] } = await client.send(
      new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: RECEIVED_AT_ONCE,
        VisibilityTimeout: hiddenSeconds,
        WaitTimeSeconds: waitSeconds,
        MessageAttributeNames: ["All"],
        MessageSystemAttributeNames: ["All"],
      }),
      signal === undefined ? {} : { abortSignal: signal },
    );
    for (const { MessageId = "", ReceiptHandle = "" } of Messages) {
      hidden.set(MessageId, { receiptHandle: ReceiptHandle, until });
    }
    return Messages;
  };

  const giveBack = async (): Promise<void> => {
    const { client, changeVisibility } = await services.sqs();
    const changes = [...hidden.values()]
      .filter(({ until }) => until > now())
      .map(({ receiptHandle }) => ({ receiptHandle, visibilityTimeoutSeconds: 0 }));
    hidden.clear();
    for (let from = 0; from < changes.length; from += GIVEN_BACK_AT_ONCE) {
      // What is refused becomes visible by itself.
      await changeVisibility(client, queueUrl, changes.slice(from, from + GIVEN_BACK_AT_ONCE));
    }
  };

  async function* messages(): AsyncGenerator<Message, void> {
    let hiddenSeconds = HIDDEN_SECONDS;
    try {
      while (!signal?.aborted) {
        const received = await receive(hiddenSeconds).catch((error: unknown) => {
          if (signal?.aborted) return [];
          throw error;
        });
        if (received.length === 0 && !follow) break;
        const fresh = received.filter(({ MessageId = "" }) => isNew(MessageId));
        // So many messages that the first ones come back before the last one was seen.
        if (fresh.length === 0 && received.length > 0) {
          hiddenSeconds = Math.min(hiddenSeconds * 2, MOST_HIDDEN_SECONDS);
        }
        yield* fresh;
      }
    } finally {
      await giveBack();
    }
  }

  return {
    messages: messages(),
    async remove(removed) {
      const { client, DeleteMessageBatchCommand } = await services.sqs();
      const Entries = removed.map(({ MessageId = "", ReceiptHandle = "" }, index) => ({
        Id: String(index),
        // A later receive of the same message has another handle.
        ReceiptHandle: hidden.get(MessageId)?.receiptHandle ?? ReceiptHandle,
      }));
      const { Failed: [failed] = [] } = await client.send(
        new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }),
      );
      if (failed !== undefined) {
        throw new Error(
          `${queueUrl}: a message was not deleted, and comes back: ${failed.Code}: ${failed.Message}`,
        );
      }
      for (const { MessageId = "" } of removed) {
        hidden.delete(MessageId);
        seen.delete(MessageId);
      }
    },
  };
}
