import type { WriteStream } from "node:tty";
import stringWidth from "string-width";
import { escapeControls, unstyled } from "./output.ts";

/** The columns of a usual terminal: for one that does not say its size, and for text that must fit any. */
export const TERMINAL_WIDTH = 80;

/** The columns of a terminal; text for a file or a pipe is not cut. */
export function columnsOf(stream: WriteStream): number {
  return stream.isTTY ? stream.columns || TERMINAL_WIDTH : Number.POSITIVE_INFINITY;
}

/** The width of a text in terminal columns. */
export function widthOf(text: string): number {
  return stringWidth(escapeControls(unstyled(text)));
}

/** Breaks a text into lines of at most `width` columns, between words where it can. */
export function wrapped(text: string, width: number): string[] {
  const words = text.split(/\s+/).filter((word) => word !== "");
  const lines: string[] = [];
  let line = "";
  for (const part of words.flatMap((word) => parts(word, width))) {
    const longer = line === "" ? part : `${line} ${part}`;
    if (line !== "" && widthOf(longer) > width) {
      lines.push(line);
      line = part;
    } else line = longer;
  }
  return line === "" ? lines : [...lines, line];
}

/** A word, in pieces that fill lines, so that no space comes to stand between two of them. */
function parts(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word];
  const pieces: string[] = [];
  let piece = "";
  let left = width;
  for (const { segment } of graphemes.segment(escapeControls(word))) {
    left -= widthOf(segment);
    if (left < 0 && piece !== "") {
      pieces.push(piece);
      piece = "";
      left = width - widthOf(segment);
    }
    piece += segment;
  }
  return [...pieces, piece];
}

const graphemes = new Intl.Segmenter();
