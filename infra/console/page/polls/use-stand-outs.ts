import { call } from "../api/call.ts";
import { type Poll, pollPageSchema } from "../api/schemas.ts";
import { useConsole } from "../hooks/use-console.ts";
import { type Resource, useResource } from "../hooks/use-resource.ts";
import { type Finding, findStandOuts } from "../words/stand-out.ts";

const EVERY_MS = 10_000;
const MOST = 2000;
/** Of more polls, those are read that are likely to be odd, beside the latest ones. */
const LIKELY = [
  "state=failed,exhausted,expired&sort=changed&order=desc&limit=500",
  "state=waiting,held,asking&sort=retries&order=desc&limit=500",
  "state=waiting,held,asking&sort=due&order=asc&limit=500",
  "state=waiting,held,asking&sort=age&order=desc&limit=500",
];

/** What is odd among all polls. */
export function useStandOuts(): Resource<Finding[]> {
  const { epoch } = useConsole();
  return useResource(readStandOuts, [epoch], EVERY_MS);
}

async function readStandOuts(signal: AbortSignal): Promise<Finding[]> {
  const read = (query: string) => call(pollPageSchema, `/api/polls?${query}`, { signal });
  const latest = await read(`sort=changed&order=desc&limit=${MOST}`);
  const likely = latest.total > MOST ? await Promise.all(LIKELY.map(read)) : [];
  const byId = new Map<string, Poll>();
  for (const { polls } of [latest, ...likely])
    for (const poll of polls) byId.set(poll.pollId, poll);
  return findStandOuts([...byId.values()], Date.now());
}
