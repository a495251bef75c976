import { Command, InvalidArgumentError } from "commander";
import type { PollStatus } from "../../lib/client/index.ts";
import { isKnownPaused } from "../../lib/client/known-pause.ts";
import { POLL_STATES, type PollState } from "../../lib/polls/poll-states.ts";
import { durationOption } from "./duration-option.ts";
import { interruptionSignal } from "./interruption.ts";
import { pausedText } from "./polls/paused-text.ts";
import { onTargetWithTable, type Target } from "./target/open-target.ts";
import { type TargetOptions, withTargetOptions } from "./target/target-options.ts";
import { textOption } from "./text-option.ts";

interface ListOptions extends TargetOptions {
  readonly state?: readonly PollState[];
  /** Seconds. */
  readonly since?: number;
  readonly host?: string;
  readonly json?: true;
}

/** Printed at once. */
const PAGE = 100;

const EXAMPLES = `
Examples:
  $ request-poller list
  $ request-poller list --state failed,exhausted --since 1h
  $ request-poller list --stack polls --state waiting --json | jq -r .pollId

Reads the whole table, page by page: a million rows of 1 KB cost about $0.02.
The polls are in no order. A poll is known from its first request until 28 days
after its end.

Exit code: 0 listed, 1 not listed, 2 wrong option or stack.`;

export function listCommand(): Command {
  const command = new Command("list")
    .summary("list the polls of a stack")
    .description("Lists the polls of a stack, and what each waits for.")
    .option(
      "--state <states>",
      `only these, separated by commas: ${POLL_STATES.join(", ")}`,
      statesOption,
    )
    .option(
      "--since <duration>",
      "only polls that changed since then: 45s, 10m, 2h, 1d",
      durationOption("3650d"),
    )
    .option("--host <host>", "only polls of this host", textOption)
    .option("--json", "print one line of JSON per poll");
  return withTargetOptions(command)
    .addHelpText("after", EXAMPLES)
    .action(async (options: ListOptions) => {
      await onTargetWithTable("list", options, (target) => list(target, options));
    });
}

async function list({ client, name, isLocal }: Target, options: ListOptions): Promise<void> {
  const { pollTable } = await import("./polls/poll-table.ts");
  const { NO_POLLS, counted, notAskedYet } = await import("./polls/not-asked-yet.ts");
  const { columnsOf } = await import("./terminal/width.ts");
  const { state, since, host, json } = options;
  const signal = interruptionSignal();
  const wanted = {
    state,
    host,
    since: since === undefined ? undefined : new Date(Date.now() - since * 1000),
    signal,
  };
  let count = 0;
  let known = NO_POLLS;
  let page: PollStatus[] = [];
  const print = (): void => {
    const isFirst = count === page.length;
    const lines = pollTable(page, Date.now(), columnsOf(process.stdout), isFirst);
    if (lines.length > 0) console.log(lines.join("\n"));
    page = [];
  };
  for await (const poll of client.list(wanted)) {
    count++;
    known = counted(known, poll);
    if (json) console.log(JSON.stringify(poll));
    else page.push(poll);
    if (page.length === PAGE) print();
  }
  if (page.length > 0) print();
  const total = count === 1 ? `1 poll in ${name}` : `${count} polls in ${name}`;
  const isFiltered = [state, host, since].some((filter) => filter !== undefined);
  const [depths, isPaused] = await Promise.all([
    // Who may read the table may perhaps not read the queue.
    isFiltered ? undefined : client.depths().catch(() => undefined),
    isKnownPaused(client),
  ]);
  const more = depths === undefined ? "" : notAskedYet(known, depths, isLocal);
  console.error([total, more].filter((text) => text !== "").join("; "));
  if (isPaused) console.error(pausedText(name));
  const dead = depths?.deadLetters ?? 0;
  if (dead > 0) {
    const letters = dead === 1 ? "1 dead letter" : `${dead} dead letters`;
    console.error(`${letters} in ${name}: "request-poller dead-letters" says why`);
  }
}

function statesOption(text: string): PollState[] {
  return text.split(",").map((word) => {
    const state = POLL_STATES.find((each) => each === word.trim());
    if (state !== undefined) return state;
    throw new InvalidArgumentError(`A state is one of ${POLL_STATES.join(", ")}.`);
  });
}
