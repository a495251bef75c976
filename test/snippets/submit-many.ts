import type { PollClient } from "request-poller/client";

/** Polls all of these URLs, and waits until each poll has ended. Gives how many have succeeded. */
export async function pollAll(client: PollClient, urls: string[], timeoutMs: number) {
  const pollIds = await client.submit(urls.map((url) => ({ request: { url } })));
  const outcomes = await Promise.all(pollIds.map((id) => client.waitFor(id, { timeoutMs })));
  return outcomes.filter(({ status }) => status === "succeeded").length;
}
