import * as z from "zod/mini";
import { LOCAL_STACK_PORT } from "./local-stack-port.ts";
import type { PollClientOptions } from "./poll-client.ts";
import { stackOptions } from "./stack-options.ts";

/** The path where the local stack describes itself. */
export const LOCAL_STACK_PATH = "/stack";

/** The path where the local stack wakes messages. */
export const LOCAL_WAKE_PATH = "/stack/wake";

/** What it answers there: how many messages it has woken. */
export const wokenSchema = z.object({ woken: z.number() });

/** Another user's program can answer at the port: what it says must not lead messages away from this machine. */
const loopback = z.string().check(z.regex(/^http:\/\/127\.0\.0\.1:\d{1,5}$/));

const descriptionSchema = z.object({
  /** The template's outputs. */
  outputs: z.record(z.string(), z.string()),
  endpoints: z.object({
    sqs: loopback,
    /** Absent when the template has no table. */
    dynamodb: z.exactOptional(loopback),
    lambda: loopback,
  }),
  region: z.string(),
  /** The values of the template's parameters. */
  parameters: z.record(z.string(), z.string()),
});

/** The local stack answers at once; another program may never do. */
const ANSWERS_WITHIN_MS = 5000;

/** What the local stack says of itself. */
export type LocalStackDescription = z.output<typeof descriptionSchema>;

/** No local stack answers at the port. */
export class NoLocalStackError extends Error {
  override readonly name = "NoLocalStackError";

  constructor(port: number, what: string, options?: ErrorOptions) {
    const start = port === LOCAL_STACK_PORT ? "" : ` --port ${port}`;
    super(`port ${port}: ${what}. Start one with "request-poller local${start}"`, options);
  }
}

/**
 * Asks the local stack what it consists of.
 *
 * @param port `@default` 9324
 * @throws {NoLocalStackError} when none answers there
 */
export function readLocalStack(port: number = LOCAL_STACK_PORT): Promise<LocalStackDescription> {
  return askLocalStack(port, "GET", LOCAL_STACK_PATH, descriptionSchema);
}

/**
 * Asks the local stack at one of its own paths.
 *
 * @param schema what it answers there
 * @throws {NoLocalStackError} when none answers there within five seconds, or its answer is another one
 */
export async function askLocalStack<Answer>(
  port: number,
  method: "GET" | "POST",
  pathAndQuery: string,
  schema: z.ZodMiniType<Answer>,
): Promise<Answer> {
  const signal = AbortSignal.timeout(ANSWERS_WITHIN_MS);
  const url = new URL(pathAndQuery, `http://127.0.0.1:${port}`);
  const failed = (cause: unknown): never => {
    const what = signal.aborted
      ? "a program there does not answer"
      : "no local stack is running there";
    throw new NoLocalStackError(port, what, { cause });
  };
  const response = await fetch(url, { method, signal, redirect: "manual" }).catch(failed);
  const json: unknown = await response
    .json()
    .catch((cause: unknown) => (signal.aborted ? failed(cause) : undefined));
  const said = schema.safeParse(json);
  if (response.ok && said.success) return said.data;
  const others =
    "another program answers there, an older local stack, or one that is still starting " +
    `(${method} ${url.pathname}: ${response.status})`;
  throw new NoLocalStackError(port, others);
}

/**
 * Finds the stack that `request-poller local` runs on this machine.
 *
 * @param options.port `@default` 9324
 * @returns the options of `createPollClient` for it, with its AWS clients
 * @throws {NoLocalStackError} when none runs there
 */
export async function localStack({
  port = LOCAL_STACK_PORT,
}: {
  readonly port?: number | undefined;
} = {}): Promise<
  PollClientOptions & Required<Pick<PollClientOptions, "sqs" | "lambda" | "wakeMessage">>
> {
  const description = await readLocalStack(port);
  const options = stackOptions(description.outputs);
  const { localClients } = await import("./local-clients-sdk.ts");
  return {
    ...options,
    async wakeMessage(pollId) {
      const asked = new URLSearchParams({
        pollId,
        queue: options.queueUrl.split("/").at(-1) ?? "",
      });
      const path = `${LOCAL_WAKE_PATH}?${asked}`;
      const { woken } = await askLocalStack(port, "POST", path, wokenSchema);
      return woken > 0;
    },
    ...localClients(description),
  };
}
