import * as z from "zod/mini";
import { type QueuesSnapshot, savedMessage, savedQueueFields } from "./snapshot.ts";

/** The changes of queues and their messages, as plain JSON. */
export const queueChange = z.discriminatedUnion("kind", [
  /** A queue was created, or its attributes or tags changed. */
  z.object({ kind: z.literal("queue"), queue: z.object(savedQueueFields) }),
  z.object({ kind: z.literal("queueDeleted"), name: z.string() }),
  z.object({ kind: z.literal("purged"), name: z.string() }),
  z.object({ kind: z.literal("stored"), name: z.string(), message: savedMessage }),
  /** A message was received, or its visibility changed. */
  z.object({
    kind: z.literal("moved"),
    name: z.string(),
    message: z.pick(savedMessage, {
      messageId: true,
      visibleAt: true,
      receiveCount: true,
      receivesHere: true,
      firstReceivedAt: true,
      lastReceivedAt: true,
    }),
  }),
  z.object({ kind: z.literal("removed"), name: z.string(), messageId: z.string() }),
]);

export type QueueChange = z.output<typeof queueChange>;

type SavedQueue = QueuesSnapshot["queues"][number];
interface ReplayedQueue {
  fields: Omit<SavedQueue, "messages">;
  readonly messages: Map<string, SavedQueue["messages"][number]>;
}

/** @returns the state of a snapshot after these changes. Changes to missing queues or messages are ignored */
export function replayed(
  snapshot: QueuesSnapshot,
  changes: readonly QueueChange[],
): QueuesSnapshot {
  const queues = new Map<string, ReplayedQueue>(
    snapshot.queues.map(({ messages, ...fields }) => [
      fields.name,
      { fields, messages: new Map(messages.map((message) => [message.messageId, message])) },
    ]),
  );
  for (const change of changes) replay(queues, change);
  return {
    ...snapshot,
    queues: Array.from(queues.values(), ({ fields, messages }) => ({
      ...fields,
      messages: [...messages.values()],
    })),
  };
}

function replay(queues: Map<string, ReplayedQueue>, change: QueueChange): void {
  if (change.kind === "queue") {
    const { queue: fields } = change;
    const queue = queues.get(fields.name);
    if (queue === undefined) queues.set(fields.name, { fields, messages: new Map() });
    else queue.fields = fields;
    return;
  }
  const messages = queues.get(change.name)?.messages;
  switch (change.kind) {
    case "queueDeleted":
      queues.delete(change.name);
      break;
    case "purged":
      messages?.clear();
      break;
    case "stored":
      messages?.set(change.message.messageId, change.message);
      break;
    case "moved": {
      const message = messages?.get(change.message.messageId);
      if (message !== undefined)
        messages?.set(message.messageId, { ...message, ...change.message });
      break;
    }
    case "removed":
      messages?.delete(change.messageId);
      break;
  }
}
