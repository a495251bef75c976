import { createInterface } from "node:readline/promises";
import type { DeadLetter } from "../../../lib/client/index.ts";
import { problemOf } from "../../../lib/client/submissions.ts";
import { WHERE_FAILED_POLLS_ARE } from "../dead-letters/where-failed-polls-are.ts";
import { interruptionSignal } from "../interruption.ts";
import { readText } from "../read-text.ts";
import type { Target } from "../target/open-target.ts";
import type { TargetOptions } from "../target/target-options.ts";
import { createProgressDisplay } from "../terminal/progress-display.ts";
import { UsageError } from "../usage-error.ts";
import { planText, selected } from "./redrive-plan.ts";

export interface RedriveCommandOptions extends TargetOptions {
  readonly only?: string;
  readonly id?: string;
  readonly body?: string;
  readonly yes?: true;
}

/**
 * Sends dead letters back to the poll queue, after saying which.
 *
 * @throws {UsageError} when an option or the corrected message is wrong; nothing was moved
 */
export async function redriveLetters(
  { client, name }: Target,
  options: RedriveCommandOptions,
): Promise<void> {
  const { only, id, body, yes } = options;
  if (body !== undefined && id === undefined) {
    throw new UsageError("--body needs --id, the dead letter that it corrects");
  }
  const corrected =
    body === undefined ? undefined : (await readText(body, `--body ${body}`)).trim();
  if (corrected !== undefined) checkCorrected(corrected);
  const signal = interruptionSignal();
  const found: DeadLetter[] = [];
  for await (const letter of client.deadLetters({ signal })) found.push(letter);
  signal.throwIfAborted();
  const letters = selected(found, { only, id });
  if (letters.length === 0) {
    if (id !== undefined) throw new UsageError(`${name} has no dead letter ${id}`);
    console.log(`${name} has no dead letters to redrive`);
    console.error(WHERE_FAILED_POLLS_ARE);
    return;
  }
  const [first] = letters;
  if (corrected !== undefined && letters.length > 1) {
    throw new UsageError(
      `${letters.length} dead letters have this pollId: give a messageId to --id`,
    );
  }
  console.error(planText(letters, name, corrected !== undefined));
  if (!yes && process.stdin.isTTY && process.stderr.isTTY && !(await agrees(signal))) {
    console.error("nothing was moved");
    return;
  }
  let moved = 0;
  const line = (): string => `${moved} of ${letters.length} moved`;
  const display = createProgressDisplay(process.stderr, () => [line()]);
  try {
    const result = await client.redrive({
      ...(id === undefined ? { only } : { ids: letters.map(({ messageId }) => messageId) }),
      ...(corrected !== undefined && first && { edits: { [first.messageId]: corrected } }),
      onProgress: (count) => {
        moved = count;
        display.happened(line());
      },
      signal,
    });
    display.end();
    console.log(`${result.moved} moved to the poll queue of ${name}`);
    if (result.outcomesLeft > 0) {
      console.error(`${result.outcomesLeft} stay: each is an outcome that was not delivered`);
    }
  } finally {
    display.end();
  }
}

/** Before a word is said of what will be moved. */
function checkCorrected(body: string): void {
  const problem = problemOf(body);
  if (problem === undefined) return;
  throw new UsageError(`the message of --body cannot be polled; nothing was sent: ${problem}`);
}

async function agrees(signal: AbortSignal): Promise<boolean> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question("Go on? [y/N] ", { signal })).trim());
  } finally {
    lines.close();
  }
}
