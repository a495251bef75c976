import { styleText } from "node:util";

const COLOURS = {
  queued: "dim",
  waiting: "cyan",
  "not processed": "yellow",
  succeeded: "green",
  failed: "red",
  exhausted: "yellow",
  expired: "yellow",
  "dead letter": "magenta",
} as const;

const isState = (word: string): word is keyof typeof COLOURS => word in COLOURS;

/** The word for a state in its colour, where the stream is a terminal that shows colours. */
export function colouredState(word: string, stream: NodeJS.WritableStream): string {
  return isState(word) ? styleText(COLOURS[word], word, { stream }) : word;
}
