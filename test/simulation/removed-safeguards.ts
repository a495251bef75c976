import { type Pending, pending } from "../../lib/batch/record-result.ts";
import { type BatchRequest, resultsIn } from "../../lib/batch/settled-results.ts";
import type { PollTable } from "../../lib/fence/poll-table.ts";
import { isJsonObject } from "../../lib/json/json.ts";
import { sendOf } from "./faulty-client.ts";
import type { Favours } from "./scenario.ts";
import type { RemovedSafeguard } from "./world.ts";

/** A safeguard that is removed, and the violation that the simulation must report. */
export interface NamedRemoval extends RemovedSafeguard {
  readonly violation: RegExp;
  /** Whether its scenarios have a table. `@default` true */
  readonly isFenced?: boolean;
  /** What its scenarios have in common, so that few of them show it. All else is drawn. */
  readonly favours?: Favours;
}

/** A start that must be made at most once. */
const START_ONCE = { start: { isIdempotent: false, answers: [] } };

/** A poll that makes as many requests as it may. */
const ASKED_OFTEN = { answers: [], finally: "pending", maxRetries: 7 } as const;

/**
 * The safeguards of the stack, each removed by a wrapper around a part of it; the stack has no flag for that. The
 * simulation has to detect every removal.
 */
export const REMOVED_SAFEGUARDS: Readonly<Record<string, NamedRemoval>> = {
  "no fence": {
    violation: /\d+ different outcomes|asked again after its outcome was on its way/,
    table: withoutFence,
  },
  "a tombstone instead of a lease": {
    violation: /is lost/,
    table: withTombstones,
  },
  "the copyId ignored": {
    violation: /\d+ requests after \d+ faults|asked [\d.]+ ms before it was due/,
    favours: { poll: { ...ASKED_OFTEN, delaySeconds: 1000, rate: 1 } },
    table: (table) => ({
      ...table,
      claim: (claim, now) => table.claim({ ...claim, copyId: "", isSubmission: false }, now),
    }),
  },
  "the lease ignored": {
    violation: /is asked twice at once/,
    favours: {
      ...{ batchSize: 1, maximumConcurrency: 50 },
      poll: { ...ASKED_OFTEN, latencyMs: 8000, delaySeconds: 5 },
    },
    table: (table) => ({
      ...table,
      claim: (claim, now) =>
        table.claim({ ...claim, leaseUntil: claim.isSubmission ? claim.leaseUntil : 1 }, now),
    }),
  },
  "the lease not given back": {
    violation: /waits for the lease of a record that has failed/,
    table: (table) => ({ ...table, giveBack: async () => undefined }),
  },
  "a second submission that waits for the lease alone": {
    violation: /a second submission asked \d+ ms out of turn/,
    favours: { poll: { delaySeconds: 75, againAfterSeconds: [3, 30, 60], finally: "pending" } },
    table: (table) => ({
      ...table,
      claim: (claim, now) => table.claim({ ...claim, delayMs: 0 }, now),
    }),
  },
  "a start claimed like a poll": {
    violation: /started \d+ jobs/,
    favours: { poll: START_ONCE },
    table: (table) => ({
      ...table,
      claim: ({ isStart: _, ...claim }, now, options) => table.claim(claim, now, options),
    }),
  },
  "what comes after a start not kept": {
    violation: /its start is unknown without a cause/,
    favours: {
      poll: {
        ...START_ONCE,
        ...{ maxRetries: 7, delaySeconds: 75, deliver: [], isPoison: false },
        ...{ expiresAfterSeconds: undefined, cancelAfterSeconds: undefined },
      },
    },
    table: (table) => ({
      ...table,
      keepNext: async () => undefined,
      giveBack: (claim, { next: _, ...options } = {}) => table.giveBack(claim, options),
    }),
  },
  "an abort that is not marked": {
    violation: /its job was stopped \d+ times/,
    table: (table) => ({ ...table, markAbort: async () => true }),
  },
  "the outcome decided twice": {
    violation: /different outcomes|failed, though nothing went wrong|asked again after its outcome/,
    table: (table) => ({
      ...table,
      async decide(claim, outcome, options) {
        await table.giveBack(claim, options);
        return outcome;
      },
    }),
  },
  "acknowledged before it is sent": {
    violation: /is lost/,
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
    violation: /is lost/,
    favours: { batchSize: 10, poll: { ...ASKED_OFTEN, delaySeconds: 5, rate: 1 } },
    client: (client) =>
      withSend(client, async (send, command) => ({ ...(await send(command)), Failed: [] })),
  },
  "the delay counted from the batch's end": {
    violation: /comes back [\d.]+ ms later than it is due/,
    favours: { batchSize: 10, poll: { ...ASKED_OFTEN, delaySeconds: 5, rate: 1 } },
    poller: (poller) =>
      poller.after((request) => {
        const results = resultsOf(request);
        for (const { record, result } of results.fulfilled("pending", "held", "completed")) {
          results.replace(record, { status: "fulfilled", value: result });
        }
      }),
  },
  "exhausted not counted": {
    violation: /retryCount \d+ is over maxRetries|comes back [\d.]+ ms later than it is due/,
    poller: (poller) =>
      poller.after((request) => {
        const results = resultsOf(request);
        for (const { record, result, settledAt } of results.fulfilled("completed")) {
          if (result.outcome?.status !== "exhausted") continue;
          const again = oneMoreRetry(record.body);
          if (again === undefined) continue;
          results.replace(record, {
            status: "fulfilled",
            value: again,
            ...(settledAt !== undefined && { settledAt }),
          });
        }
      }),
  },
  "a hold counted as a retry": {
    violation:
      /\d+ different outcomes|has not ended|asked again after its outcome was on its way|group#\w is lost/,
    poller: (poller) =>
      poller.after((request) => {
        const results = resultsOf(request);
        for (const { record, result } of results.fulfilled("held")) {
          results.replace(record, { status: "fulfilled", value: pending(result) });
        }
      }),
  },
  "one failure for the whole batch": {
    violation: /has not ended|failed, though nothing went wrong for it/,
    poller: (poller) =>
      poller.after((request) => {
        const results = resultsOf(request);
        const [failure] = results.rejected();
        if (failure === undefined) return;
        for (const { messageId } of request.event.Records) {
          results.reject({ ...failure.record, messageId }, failure.reason);
        }
      }),
  },
};

/** A failed record comes back in four seconds, after any number of failures. */
export const WITHOUT_BACKOFF: RemovedSafeguard = {
  client: (client) =>
    withSend(client, (send, command) => {
      const { input }: { input?: { Entries?: { VisibilityTimeout?: number }[] } } = command;
      for (const entry of input?.Entries ?? []) {
        if (entry.VisibilityTimeout !== undefined) entry.VisibilityTimeout = 4;
      }
      return send(command);
    }),
};

/** Every claim gets a sequence that was never claimed, and every outcome counts. */
function withoutFence(table: PollTable): PollTable {
  let claims = 0;
  return {
    ...table,
    claim: (claim, now, options) =>
      table.claim({ ...claim, sequence: claim.sequence + 1_000_000 * ++claims }, now, options),
    decide: async (_claim, outcome) => outcome,
  };
}

/** Continues like a poll that has a retry left, after its own delay. */
function oneMoreRetry(text: string): Pending | undefined {
  const body: unknown = JSON.parse(text);
  if (!isJsonObject(body)) return undefined;
  const { delaySeconds, retryCount = 0, backoff } = body;
  const { rate } = isJsonObject(backoff) ? backoff : {};
  const delay = Number(delaySeconds) * Number(rate) ** Number(retryCount);
  const waits = Math.min(Math.max(900, Number(delaySeconds)), delay);
  return pending({ delaySeconds: waits, body: { ...body, maxRetries: Number(retryCount) + 1 } });
}

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

/** A client whose calls go through `send`. */
export function withSend<Client extends object>(
  client: Client,
  send: (send: Send, command: object) => Promise<object>,
): Client {
  const inner = sendOf(client);
  return Object.assign(Object.create(client), { send: (command: object) => send(inner, command) });
}

function nameOf(command: object): string {
  return command.constructor.name;
}

function resultsOf({ event, response }: BatchRequest) {
  return resultsIn(Array.isArray(response) ? response : [], event.Records);
}
