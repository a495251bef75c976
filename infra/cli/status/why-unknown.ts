import type { DeadLetter, PollClient } from "../../../lib/client/index.ts";
import { isKnownPaused } from "../../../lib/client/known-pause.ts";
import { pausedText } from "../polls/paused-text.ts";
import type { Target } from "../target/open-target.ts";
import { deadLetterWords } from "./dead-letter-words.ts";

/** What is asked of a stack that does not know a poll. */
interface AskedStack extends Pick<Target, "name"> {
  readonly client: Pick<PollClient, "deadLetters" | "isPaused">;
}

/**
 * Says why the table may not know a poll: it is a dead letter, or the stack is paused. Who may read the table may
 * perhaps not read the queues, or the function's settings: then it says only that there is no such poll.
 */
export async function whyUnknown(pollId: string, { client, name }: AskedStack): Promise<string> {
  const letter = await deadLetterOf(pollId, client).catch(() => undefined);
  if (letter !== undefined) return deadLetterWords(pollId, letter, name);
  const known = `no poll ${pollId} in ${name}`;
  if (await isKnownPaused(client)) {
    return `${known}: a poll is known once its first message is received. But ${pausedText(name)}`;
  }
  return `${known}. "request-poller list" shows those it knows: a poll is known from its first request until 28 days after its end`;
}

/** A message that cannot be polled has no row, but a dead letter. */
async function deadLetterOf(
  pollId: string,
  client: AskedStack["client"],
): Promise<DeadLetter | undefined> {
  for await (const letter of client.deadLetters()) if (letter.pollId === pollId) return letter;
  return undefined;
}
