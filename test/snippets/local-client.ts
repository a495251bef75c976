import { createPollClient, localStack } from "request-poller/client";

/** Says where the polls of the stack on this machine are. */
export async function whereAreMyPolls(port?: number): Promise<string[]> {
  const client = createPollClient(await localStack({ port }));
  const lines: string[] = [];
  for await (const { pollId, state, retryCount } of client.list({ since: "2026-01-01" })) {
    lines.push(`${pollId}: ${state} after ${retryCount} retries`);
  }
  return lines;
}
