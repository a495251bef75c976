import { randomUUID } from "node:crypto";
import { checkOptions } from "../options/check-options.ts";
import { statusOf } from "../polls/poll-status.ts";
import { MissingOptionError, NoTableError } from "./client-errors.ts";
import { checkPollId, clientOptions, methodOptions } from "./client-options.ts";
import { deadLetterOf } from "./dead-letters.ts";
import type { EventSource } from "./event-source.ts";
import { lookAt } from "./look.ts";
import { nudge } from "./nudge.ts";
import type { PollClient, PollClientOptions } from "./poll-client.ts";
import { type PollRows, pollRows } from "./poll-rows.ts";
import { queueDepths } from "./queue-attributes.ts";
import { receiveOutcomes } from "./receive-outcomes.ts";
import type { SubmitOptions } from "./send-submissions.ts";
import { createServices } from "./services.ts";
import { endIn, outcomeFrom, wholeOutcome } from "./stored-outcome.ts";
import type { Submission } from "./submissions.ts";
import { waitForEnd } from "./wait-for-end.ts";

/**
 * Makes a client of a stack. It calls AWS only when one of its methods is called, and loads the SDK of a service with
 * the first call to it.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 */
export function createPollClient(options: PollClientOptions): PollClient {
  const given = checkOptions("createPollClient", clientOptions, options);
  const { queueUrl, tableName, outcomeQueueUrl, functionName } = given;
  const { now = Date.now, newId = randomUUID } = given;
  const services = createServices(queueUrl, given);

  const rowsFor = (method: string): PollRows => {
    if (tableName === undefined) throw new NoTableError(method);
    return pollRows(services, tableName, { now, newId: randomUUID });
  };
  const rowsOf = (method: string, pollId: string): PollRows => {
    checkPollId(method, pollId);
    return rowsFor(method);
  };
  const deadLetterQueueFor = (method: string): string =>
    required(given.deadLetterQueueUrl, method, "deadLetterQueueUrl", "DeadLetterQueueUrl");
  const sourceFor = async (method: string): Promise<EventSource> => {
    const name = required(functionName, method, "functionName", "FunctionArn");
    const { eventSource } = await import("./event-source.ts");
    return eventSource(services, queueUrl, name, now);
  };

  async function submit(message: Submission, options?: SubmitOptions): Promise<string>;
  async function submit(list: readonly Submission[], options?: SubmitOptions): Promise<string[]>;
  async function submit(said: Submission | readonly Submission[], options: SubmitOptions = {}) {
    checkOptions("submit", methodOptions.submit, options);
    const isOne = !isList(said);
    // Loaded with the first message: the checks of messages are half of what a client loads.
    const { prepareSubmissions } = await import("./submissions.ts");
    const prepared = await prepareSubmissions(isOne ? [said] : said, newId);
    const { sendSubmissions } = await import("./send-submissions.ts");
    await sendSubmissions(services, queueUrl, prepared, options);
    const pollIds = prepared.map(({ pollId }) => pollId);
    return isOne ? pollIds[0] : pollIds;
  }

  const outcomeJson: PollClient["outcomeJson"] = async (pollId) => {
    const end = endIn(await rowsOf("outcome", pollId).read(pollId));
    return end.kind === "ended" ? wholeOutcome(services, end.json) : undefined;
  };

  return {
    submit,

    async status(pollId) {
      const row = await rowsOf("status", pollId).read(pollId);
      return row && statusOf(row, now());
    },

    list: (options = {}) => rowsFor("list").list(checkOptions("list", methodOptions.list, options)),

    cancel: async (pollId) => rowsOf("cancel", pollId).cancel(pollId),
    nudge: async (pollId) => nudge(rowsOf("nudge", pollId), pollId, given.wakeMessage),

    async outcome(pollId) {
      const json = await outcomeJson(pollId);
      return json === undefined ? undefined : outcomeFrom(json);
    },

    outcomeJson,

    async waitFor(pollId, options = {}) {
      const rows = rowsOf("waitFor", pollId);
      const wanted = checkOptions("waitFor", methodOptions.waitFor, options);
      const json = await waitForEnd(rows, pollId, now, wanted);
      return outcomeFrom(await wholeOutcome(services, json));
    },

    outcomes(options = {}) {
      const url = required(outcomeQueueUrl, "outcomes", "outcomeQueueUrl", "OutcomeQueueUrl");
      const wanted = checkOptions("outcomes", methodOptions.outcomes, options);
      return receiveOutcomes(services, url, { ...wanted, now });
    },

    deadLetters(options = {}) {
      const url = deadLetterQueueFor("deadLetters");
      const { signal } = checkOptions("deadLetters", methodOptions.deadLetters, options);
      return (async function* () {
        for await (const message of lookAt(services, url, { signal, now }).messages) {
          yield deadLetterOf(message);
        }
      })();
    },

    async redrive(options = {}) {
      const deadLetterQueueUrl = deadLetterQueueFor("redrive");
      const wanted = checkOptions("redrive", methodOptions.redrive, options);
      const { redrive } = await import("./redrive.ts");
      return redrive(services, { deadLetterQueueUrl, queueUrl }, now, wanted);
    },

    pause: async () => (await sourceFor("pause")).setPaused(true),
    resume: async () => (await sourceFor("resume")).setPaused(false),
    isPaused: async () => (await sourceFor("isPaused")).isPaused(),
    depths: () => queueDepths(services, given),
  };
}

function isList(said: Submission | readonly Submission[]): said is readonly Submission[] {
  return Array.isArray(said);
}

function required(value: string | undefined, method: string, option: string, output: string) {
  if (value === undefined) {
    throw new MissingOptionError(method, option, `the stack's output ${output}`);
  }
  return value;
}
