import { call } from "../api/call.ts";
import { consoleNow } from "../api/console-clock.ts";
import { type Poll, pollPageSchema } from "../api/schemas.ts";
import { useConsole } from "../hooks/use-console.ts";
import { type Resource, useResource } from "../hooks/use-resource.ts";
import { type Finding, findStandOuts } from "../words/stand-out.ts";

const EVERY_MS = 15_000;
const PAGE_ROWS = 2000;
/** All of 10,000 polls are read. */
const MOST_PAGES = 5;
/** Of more, those are read that are likely to be odd, beside the latest ones. */
const LIKELY = [
  "state=failed,exhausted,expired&sort=changed&order=desc&limit=500",
  "state=waiting,held,asking&sort=retries&order=desc&limit=500",
  "state=waiting,held,asking&sort=due&order=asc&limit=500",
  "state=waiting,held,asking&sort=due&order=desc&limit=500",
  "state=waiting,held,asking&sort=age&order=desc&limit=500",
];

/** What is odd among all polls. */
export function useStandOuts(): Resource<Finding[]> {
  const { epoch } = useConsole();
  return useResource(readStandOuts, [epoch], EVERY_MS);
}

async function readStandOuts(signal: AbortSignal): Promise<Finding[]> {
  const byId = new Map<string, Poll>();
  const read = async (query: string): Promise<string | undefined> => {
    const { polls, cursor } = await call(pollPageSchema, `/api/polls?${query}`, { signal });
    for (const poll of polls) byId.set(poll.pollId, poll);
    return cursor;
  };
  const latest = `sort=changed&order=desc&limit=${PAGE_ROWS}`;
  let cursor = await read(latest);
  for (let page = 1; page < MOST_PAGES && cursor !== undefined; page++) {
    cursor = await read(`${latest}&cursor=${encodeURIComponent(cursor)}`);
  }
  if (cursor !== undefined) for (const query of LIKELY) await read(query);
  return findStandOuts([...byId.values()], consoleNow());
}
