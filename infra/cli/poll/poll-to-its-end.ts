import { randomUUID } from "node:crypto";
import type { PollClient } from "../../../lib/client/index.ts";
import { interruptible, interruptionSignal } from "../interruption.ts";
import { whyItWaits } from "../polls/waits-for.ts";
import { createProgressDisplay } from "../terminal/progress-display.ts";
import { colouredState } from "../terminal/state-colour.ts";
import { ensureBuilt } from "../up-to-date-build.ts";
import { parseOutcome } from "../watch/received-outcome.ts";
import { describeState, type SeenState, stateAfter } from "../watch/seen-state.ts";
import type { StackEvent } from "../watch/stack-events.ts";
import { headerLines, headersOf } from "./header-lines.ts";
import { type MessageOptions, messageFromOptions } from "./message-from-options.ts";
import { describeOutcome } from "./outcome-text.ts";

export interface PollOptions extends MessageOptions {
  readonly header?: readonly string[];
  readonly headerFile?: readonly string[];
  readonly json?: true;
}

/**
 * Polls a URL on the local stack, or starts a job there and polls it, shows progress, and prints the outcome.
 *
 * @returns the exit code
 * @throws {UsageError} before anything starts, when the options make no valid poll
 */
export async function pollToItsEnd(url: string | undefined, options: PollOptions): Promise<number> {
  const pollId = randomUUID();
  const lines = await headerLines(options.headerFile ?? [], options.header ?? []);
  const headers = headersOf(lines, process.env);
  const message = (): string =>
    messageFromOptions(pollId, url, { ...options, headers }, Date.now());
  // Reports a wrong message before anything starts. The expiry counts from the moment of sending.
  message();
  const interrupted = interruptionSignal();
  await ensureBuilt((line) => console.error(line));
  // Loaded late: loading the AWS clients doubles the time until a wrong option is reported.
  const { startWatchedStack } = await import("../watch/watched-stack.ts");
  const { createPollClient, localStack } = await import("../../../lib/client/index.ts");
  let state: SeenState = { kind: "queued" };
  let why = "";
  let client: PollClient | undefined;
  const shown = withoutQuery(url ?? options.start ?? "");
  const line = (): string => {
    const [word, ...rest] = describeState(state, Date.now());
    const cells = [shown, colouredState(word), ...rest, why];
    return cells.filter((cell) => cell !== "").join("  ");
  };
  const display = createProgressDisplay(process.stderr, () => [line()]);
  const over = interruptible<string>(interrupted);
  let following: Promise<void> = Promise.resolve();
  const follow = async (event: Exclude<StackEvent, { kind: "crashed" }>): Promise<void> => {
    const status = event.kind === "requeued" ? await client?.status(pollId) : undefined;
    state = stateAfter(event);
    why = status === undefined ? "" : whyItWaits(status);
    display.happened(line());
    if (event.kind === "outcome") over.resolve(event.body);
    if (event.kind === "dead letter")
      over.reject(new Error(`the poll is a dead letter: ${event.reason}`));
  };
  const onEvent = (event: StackEvent): void => {
    if (event.kind === "crashed") {
      over.reject(new Error(`the poller's function failed: ${event.error}`));
      return;
    }
    following = following.then(() => follow(event)).catch(over.reject);
  };
  // One poll is a whole batch: without this, each request would wait a second for others.
  const watched = await startWatchedStack(onEvent, () => undefined, { BatchSize: "1" });
  try {
    const port = Number(new URL(watched.stack.endpoint).port);
    client = createPollClient(await localStack({ port }));
    await client.submit(message());
    const body = await over.promise;
    display.end();
    const outcome = parseOutcome(body);
    console.log(options.json ? body : describeOutcome(outcome).join("\n"));
    return outcome.status === "succeeded" ? 0 : 1;
  } finally {
    display.end();
    await following;
    await watched.close();
  }
}

/** Removes the query: it can hold a secret, and progress may be seen by others or kept in logs. */
function withoutQuery(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}
