import type { WriteStream } from "node:tty";
import { sendMessages } from "../../../lib/sqs/batch-calls.ts";
import type { Console } from "../../console/console.ts";
import { localSource } from "../console/local-source.ts";
import { type PageOptions, servePage } from "../console/serve-page.ts";
import { whileOpen } from "../console/while-open.ts";
import { interruptible } from "../interruption.ts";
import { createProgressDisplay, type ProgressDisplay } from "../terminal/progress-display.ts";
import { isOver, pollOf, type SeenState, stateAfter } from "../watch/seen-state.ts";
import type { StackEvent } from "../watch/stack-events.ts";
import { startWatchedStack } from "../watch/watched-stack.ts";
import { downOrigin, startJobApi } from "./job-api.ts";
import { BROKEN_JOB, DEMO_JOBS, type DemoAnswer } from "./jobs.ts";
import { type DemoPoll, demoPolls } from "./polls.ts";
import { type DemoProgress, progressLine, progressTable } from "./progress.ts";
import { reportTable, surprises } from "./report.ts";

/** A poll that has not ended by then is reported as unexpected. */
const TIME_LIMIT_MS = 50_000;
/** Who has read the report on the terminal has this long to open the page. */
const OPENS_WITHIN_SECONDS = 300;

/**
 * Runs the demonstration: polls the jobs of a job API on the local stack, each until its end. Serves the page, and goes
 * on while somebody has it open; on a terminal it waits some minutes for that.
 *
 * @param output Where the page's address, progress and the final table are written.
 * @param interrupted Stops the demonstration when it aborts.
 * @returns The polls that did not end as expected, one line each.
 * @throws the reason of `interrupted`, or an Error when the function itself failed.
 */
export async function runDemonstration(
  output: WriteStream,
  interrupted: AbortSignal,
  options: PageOptions,
): Promise<string[]> {
  const startedAt = Date.now();
  const answers = new Map<string, DemoAnswer>();
  const states = new Map<string, SeenState>();
  const stateOf = ({ pollId }: DemoPoll): SeenState => states.get(pollId) ?? { kind: "queued" };
  const jobs = [...DEMO_JOBS, BROKEN_JOB];
  const api = await startJobApi(jobs, (name, answer) => answers.set(name, answer));
  try {
    const polls = demoPolls(DEMO_JOBS, { api: api.origin, down: await downOrigin() }, startedAt);
    const progressOf = (poll: DemoPoll): DemoProgress => {
      return { poll, state: stateOf(poll), answer: answers.get(poll.pollId) };
    };
    const over = interruptible<void>(interrupted);
    let page: Console | undefined;
    let display: ProgressDisplay | undefined;
    const onEvent = (event: StackEvent): void => {
      if (event.kind === "crashed") {
        over.reject(new Error(`the poller's function failed: ${event.error}`));
        return;
      }
      const about = pollOf(event);
      if (about !== undefined) page?.pollsChanged([about]);
      const poll = polls.find(({ pollId }) => pollId === about);
      // The first end counts: somebody may repair and redrive the dead letter.
      if (poll === undefined || isOver(stateOf(poll))) return;
      states.set(poll.pollId, stateAfter(event));
      const now = Date.now();
      display?.happened(progressLine(progressOf(poll), now - startedAt, now));
      if (polls.every((each) => isOver(stateOf(each)))) over.resolve();
    };
    const watched = await startWatchedStack(onEvent, () => undefined);
    try {
      const { sqs, queueUrl, endpoint } = watched.stack;
      const source = await localSource(Number(new URL(endpoint).port));
      page = await servePage(source, options, (line) => output.write(`${line}\n`));
      output.write(`${opening(polls.length)}\n\n`);
      display = createProgressDisplay(output, () =>
        progressTable(polls.map(progressOf), Date.now()),
      );
      const timer = setTimeout(over.resolve, TIME_LIMIT_MS);
      try {
        const refusal = (await sendMessages(sqs, queueUrl, polls)).find((result) => result);
        if (refusal !== undefined) throw refusal;
        await over.promise;
      } finally {
        clearTimeout(timer);
        display.end();
      }
      output.write(`\n${reportTable(polls, stateOf).join("\n")}\n`);
      const problems = surprises(polls, stateOf);
      await lookAround(page, output, interrupted);
      return problems;
    } finally {
      await page?.close();
      await watched.close();
    }
  } finally {
    await api.close();
  }
}

/** Waits for who looks at the page. All is reported by then, so that Ctrl-C is no failure. */
async function lookAround(
  page: Pick<Console, "pages" | "address">,
  output: WriteStream,
  interrupted: AbortSignal,
): Promise<void> {
  if (page.pages > 0) {
    output.write("\nThe page is open: this goes on until you close it (or Ctrl-C).\n");
  } else if (output.isTTY) {
    output.write(`\nThe page waits five minutes for you (Ctrl-C ends it):\n${page.address}\n`);
  } else return;
  const opensWithinSeconds = page.pages > 0 ? undefined : OPENS_WITHIN_SECONDS;
  await whileOpen(page, interrupted, opensWithinSeconds).catch((error: unknown) => {
    if (!interrupted.aborted) throw error;
  });
}

/** The lines below the page's address. */
function opening(polls: number): string {
  return [
    "That is the page where you see every poll; open it, and this goes on until you",
    "close it.",
    "",
    `${polls} polls of a job API on this machine, each asked again until it has ended.`,
    "Its line says which retry it waits for, when that comes, and what its API said:",
  ].join("\n");
}
