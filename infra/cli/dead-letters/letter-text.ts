import type { DeadLetter } from "../../../lib/client/index.ts";
import { fromNow } from "../polls/time-text.ts";
import { styled } from "../terminal/output.ts";
import { wrapped } from "../terminal/width.ts";

const INDENT = "  ";

/**
 * Describes a dead letter: which, since when, and why.
 *
 * @param now in epoch ms
 * @param width of a line, in terminal columns
 */
export function letterText(letter: DeadLetter, now: number, width: number): string[] {
  const { messageId, pollId = messageId, status, reason, sentAt } = letter;
  return [
    `${styled("bold", pollId)}  ${styled("magenta", status)}  since ${fromNow(sentAt, now).replace(/ ago$/, "")}`,
    ...wrapped(reason, width - INDENT.length).map((line) => INDENT + line),
    ...(pollId === messageId ? [] : [styled("dim", `${INDENT}messageId ${messageId}`)]),
  ];
}
