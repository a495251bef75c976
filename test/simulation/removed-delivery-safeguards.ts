import { isJsonObject, type JsonObject } from "../../lib/json/json.ts";
import { type NamedRemoval, withSend } from "./removed-safeguards.ts";

/** The safeguards of deliveries, each removed by a wrapper around a client. */
export const REMOVED_DELIVERY_SAFEGUARDS: Readonly<Record<string, NamedRemoval>> = {
  "refused events ignored": {
    violation: /destination \d never got its outcome|no dead letter for destination/,
    clients: (clients) => ({
      ...clients,
      eventBridge: withSend(clients.eventBridge, async (send, command) => {
        const { Entries = [] }: { Entries?: object[] } = await send(command);
        return { Entries: Entries.map(() => ({ EventId: "accepted" })) };
      }),
    }),
  },
  "a delivery that is not noted after a refusal": {
    violation: /its row says that its outcome is not delivered/,
    favours: {
      ...{ history: "answers", faults: [] },
      // One batch tries three times.
      poll: { deliver: [{ kind: "eventBus", refusals: 3, end: "accepts" }] },
    },
    table: (table) => ({
      ...table,
      writeDelivery: async (pollId, note, options) =>
        note.since === undefined ? undefined : table.writeDelivery?.(pollId, note, options),
    }),
  },
  "delivered again to all destinations": {
    violation: /destination \d got its outcome \d+ times/,
    client(client) {
      const first = new Map<unknown, unknown>();
      return withSend(client, (send, command) => {
        changeBodies(command, (body) => {
          if (body.undelivered === undefined && !first.has(body.pollId)) {
            first.set(body.pollId, body.deliver);
          }
          return { ...body, deliver: first.get(body.pollId) ?? body.deliver };
        });
        return send(command);
      });
    },
  },
  "the outcome not carried to the next delivery": {
    isFenced: false,
    violation: /asked again after its outcome was on its way|asked [\d.]+ ms before it was due/,
    client: (client) =>
      withSend(client, (send, command) => {
        changeBodies(command, ({ undelivered: _, ...body }) => body);
        return send(command);
      }),
  },
};

/** Changes the bodies of the polls that a command sends. */
function changeBodies(command: object, change: (body: JsonObject) => JsonObject): void {
  const { input }: { input?: { QueueUrl?: string; Entries?: { MessageBody?: string }[] } } =
    command;
  if (!input?.QueueUrl?.endsWith("/polls")) return;
  for (const entry of input.Entries ?? []) {
    const body: unknown = JSON.parse(entry.MessageBody ?? "null");
    if (isJsonObject(body) && body.delivery === undefined) {
      entry.MessageBody = JSON.stringify(change(body));
    }
  }
}
