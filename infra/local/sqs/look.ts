import * as z from "zod/mini";
import { askLocalStack } from "../../../lib/client/local-stack.ts";
import type { StackPath } from "../http/with-stack-path.ts";
import { isOfPoll } from "../poll-id-of.ts";
import type { StoredMessage } from "../queue/message.ts";
import type { Queue } from "../queue/queue.ts";
import type { QueueService } from "../queue/queue-service.ts";

const messagesSchema = z.object({
  messages: z.array(
    z.object({
      /** The name of its queue. */
      queue: z.string(),
      messageId: z.string(),
      body: z.string(),
      /** Its message attributes that are texts. */
      attributes: z.record(z.string(), z.string()),
      /** ISO 8601. */
      sentAt: z.string(),
      /** ISO 8601: when a consumer can receive it, or could. */
      visibleAt: z.string(),
      isInFlight: z.boolean(),
    }),
  ),
});

/** A message, looked at without receiving it. */
export type LookedAtMessage = z.output<typeof messagesSchema>["messages"][number];

/** Which messages: all of a poll, or all of a queue. */
export interface LookRequest {
  readonly pollId?: string;
  readonly queue?: string;
}

const PATH = "/stack/messages";

/**
 * Looks at messages of a local stack.
 *
 * @throws {NoLocalStackError} when none answers at the port
 */
export async function lookAtMessages(port: number, asked: LookRequest): Promise<LookedAtMessage[]> {
  const path = `${PATH}?${new URLSearchParams({ ...asked })}`;
  return (await askLocalStack(port, "GET", path, messagesSchema)).messages;
}

/**
 * `GET /stack/messages?pollId=ID` and `?queue=NAME`: the messages themselves. The queues stay as they are: no action of
 * SQS can promise that, and AWS has nothing like it.
 */
export const lookPath = (service: QueueService): StackPath => ({
  method: "GET",
  path: PATH,
  answer(query): z.output<typeof messagesSchema> {
    const [pollId, queue] = [query.get("pollId"), query.get("queue")];
    const asked = { ...(pollId !== null && { pollId }), ...(queue !== null && { queue }) };
    service.settle();
    return { messages: look(service.queues.all(), asked) };
  },
});

/** The messages that are asked for, in the order in which they arrived. */
function look(queues: readonly Queue[], { pollId, queue }: LookRequest): LookedAtMessage[] {
  return queues
    .filter(({ name }) => queue === undefined || name === queue)
    .flatMap((of) =>
      [...of.store.messages()]
        .filter((message) => pollId === undefined || isOfPoll(message, pollId))
        .sort((a, b) => a.arrival - b.arrival)
        .map((message) => shown(of, message)),
    );
}

function shown({ name, store }: Queue, message: StoredMessage): LookedAtMessage {
  const { messageId, body, attributes, sentAt, visibleAt } = message;
  const texts = Object.entries(attributes).flatMap(([key, attribute]) =>
    "stringValue" in attribute ? [[key, attribute.stringValue] as const] : [],
  );
  return {
    queue: name,
    messageId,
    body,
    attributes: Object.fromEntries(texts),
    sentAt: new Date(sentAt).toISOString(),
    visibleAt: new Date(visibleAt).toISOString(),
    isInFlight: store.isInFlight(message),
  };
}
