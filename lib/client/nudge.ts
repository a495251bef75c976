import { MAX_DELAY_SECONDS } from "../limits.ts";
import type { PollState } from "../polls/poll-states.ts";
import type { PollRows } from "./poll-rows.ts";

/** What a nudge did. */
export type NudgeResult =
  /** The poll is asked within this time, in seconds, or when it is due, if that is sooner; 0: at once. */
  | { readonly nudged: true; readonly withinSeconds: number }
  /** The poll had ended, as `state` says. */
  | { readonly nudged: false; readonly state: PollState };

/** Makes the waiting message of a poll visible now. @returns whether there was one */
export type WakeMessage = (pollId: string) => Promise<boolean>;

/**
 * Nudges a poll. First its row says so, and then its message is woken: a message that is received looks at the row.
 *
 * @param wakeMessage absent: the stack cannot, so the message comes with the end of its delay
 * @returns `undefined` when the poll is not known
 */
export async function nudge(
  rows: Pick<PollRows, "nudge">,
  pollId: string,
  wakeMessage: WakeMessage | undefined,
): Promise<NudgeResult | undefined> {
  const said = await rows.nudge(pollId);
  if (said === undefined) return undefined;
  if (said !== "nudged") return { nudged: false, state: said };
  const isWoken = await wakeMessage?.(pollId);
  return { nudged: true, withinSeconds: isWoken ? 0 : MAX_DELAY_SECONDS };
}
