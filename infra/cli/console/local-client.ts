import { createPollClient, type PollClient } from "../../../lib/client/index.ts";
import { localStack } from "../../../lib/client/local-stack.ts";
import type { ConsoleClient } from "../../console/console-source.ts";

/**
 * The client of the local stack at a port, whichever runs there: one that is started again has other endpoints.
 *
 * @returns its calls throw {NoLocalStackError} while none runs there
 */
export function localClient(port: number): ConsoleClient {
  let connected: Promise<PollClient> | undefined;
  const client = (): Promise<PollClient> => {
    connected ??= localStack({ port }).then(createPollClient);
    return connected;
  };
  /** After an error the endpoints are asked for again: they may be those of a stack that has ended. */
  const forget = (error: unknown): never => {
    connected = undefined;
    throw error;
  };
  const calling = <T>(call: (client: PollClient) => Promise<T>): Promise<T> =>
    client().then(call).catch(forget);
  async function* listing<T>(list: (client: PollClient) => AsyncIterable<T>): AsyncGenerator<T> {
    try {
      yield* list(await client());
    } catch (error) {
      forget(error);
    }
  }
  return {
    cancel: (pollId) => calling((client) => client.cancel(pollId)),
    deadLetters: (options) => listing((client) => client.deadLetters(options)),
    depths: () => calling((client) => client.depths()),
    isPaused: () => calling((client) => client.isPaused()),
    list: (options) => listing((client) => client.list(options)),
    nudge: (pollId) => calling((client) => client.nudge(pollId)),
    outcomeJson: (pollId) => calling((client) => client.outcomeJson(pollId)),
    redrive: (options) => calling((client) => client.redrive(options)),
    status: (pollId) => calling((client) => client.status(pollId)),
    submit: (message) => calling((client) => client.submit(message)),
  };
}
