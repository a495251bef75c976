import type { SQSClient } from "@aws-sdk/client-sqs";
import { batchResults } from "../../lib/batch-results.ts";
import { isJsonObject } from "../../lib/json.ts";
import { pending } from "../../lib/record-result.ts";
import type { PollTable } from "../../lib/store/poll-table.ts";
import { sendOf } from "./faulty-client.ts";
import type { Taking } from "./world.ts";

/**
 * What keeps an invariant, taken away, one thing at a time: each by a wrapper around a part of the stack, which has no
 * flag for it. The simulation has to miss every one.
 */
export const TAKINGS: Readonly<Record<string, Taking>> = {
  "no fence": {
    table: (table) => ({ ...table, claim: async () => ({ kind: "claimed" }) }),
  },
  "a tombstone instead of a lease": { table: withTombstones },
  "the copyId ignored": {
    table: (table) => ({
      ...table,
      claim: (claim, now) => table.claim({ ...claim, copyId: "", isSubmission: false }, now),
    }),
  },
  "the lease not given back": {
    table: (table) => ({ ...table, giveBack: async () => undefined }),
  },
  "the outcome decided twice": {
    table: (table) => ({ ...table, decide: async (_claim, outcome) => outcome }),
  },
  "acknowledged before it is sent": {
    client: (client, { clock }) =>
      withSend(client, async (send, command) => {
        if (nameOf(command) !== "SendMessageBatchCommand") return send(command);
        clock.sleep(500).then(
          () => send(command),
          () => undefined,
        );
        return {};
      }),
  },
  "refused entries ignored": {
    client: (client) =>
      withSend(client, async (send, command) => ({ ...(await send(command)), Failed: [] })),
  },
  "the delay counted from the batch's end": {
    poller: (poller) =>
      poller.after((request) => {
        const results = batchResults(request);
        for (const { record, result } of results.fulfilled("pending", "held", "completed")) {
          results.replace(record, { status: "fulfilled", value: result });
        }
      }),
  },
  "exhausted not counted": {
    poller: (poller) =>
      poller.after((request) => {
        const results = batchResults(request);
        for (const { record, result } of results.fulfilled("completed")) {
          if (result.outcome?.status !== "exhausted") continue;
          const body: unknown = JSON.parse(record.body);
          if (!isJsonObject(body)) continue;
          const again = pending({ delaySeconds: 30, body: { ...body, retryCount: 0 } });
          results.replace(record, { status: "fulfilled", value: again });
        }
      }),
  },
  "a hold counted as a retry": {
    poller: (poller) =>
      poller.after((request) => {
        const results = batchResults(request);
        for (const { record, result } of results.fulfilled("held")) {
          results.replace(record, { status: "fulfilled", value: pending(result) });
        }
      }),
  },
  "one failure for the whole batch": {
    poller: (poller) =>
      poller.after((request) => {
        const results = batchResults(request);
        const [failure] = results.rejected();
        if (failure === undefined) return;
        for (const { messageId } of request.event.Records) {
          results.reject({ ...failure.record, messageId }, failure.reason);
        }
      }),
  },
};

function withTombstones(table: PollTable): PollTable {
  const seen = new Map<string, number>();
  return {
    ...table,
    async claim(claim, now, options) {
      if ((seen.get(claim.pollId) ?? -1) >= claim.sequence) {
        return { kind: "superseded", by: "successor" };
      }
      seen.set(claim.pollId, claim.sequence);
      return table.claim(claim, now, options);
    },
  };
}

type Send = (command: object) => Promise<object>;

function withSend(
  client: SQSClient,
  send: (send: Send, command: object) => Promise<object>,
): SQSClient {
  const inner = sendOf(client);
  return Object.assign(Object.create(client), { send: (command: object) => send(inner, command) });
}

function nameOf(command: object): string {
  return command.constructor.name;
}
