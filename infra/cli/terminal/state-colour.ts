import { styled } from "./output.ts";

const COLOURS = {
  queued: "dim",
  waiting: "cyan",
  held: "cyan",
  asking: "cyan",
  cancelled: "yellow",
  "not processed": "yellow",
  succeeded: "green",
  failed: "red",
  exhausted: "yellow",
  expired: "yellow",
  "dead letter": "magenta",
} as const;

const isState = (word: string): word is keyof typeof COLOURS => word in COLOURS;

/** The name of a state, in its colour. */
export function colouredState(word: string): string {
  return isState(word) ? styled(COLOURS[word], word) : word;
}
