import type { PollClient } from "request-poller/client";

/** Corrects the host in all messages that were refused, and sends them back to the poll queue. */
export async function moveToHost(client: PollClient, from: string, to: string): Promise<number> {
  const edits: Record<string, string> = {};
  for await (const { messageId, status, reason, body } of client.deadLetters()) {
    console.log(`${messageId}: ${status}: ${reason}`);
    if (body.includes(from)) edits[messageId] = body.replaceAll(from, to);
  }
  const { moved } = await client.redrive({ ids: Object.keys(edits), edits });
  return moved;
}
