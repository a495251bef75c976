import type { WriteStream } from "node:tty";
import { escapeControls, widthOf } from "./output.ts";

/** The columns of a terminal; text for a file or a pipe is not cut. */
export function columnsOf(stream: WriteStream): number {
  return stream.isTTY ? stream.columns || 80 : Number.POSITIVE_INFINITY;
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

/** A word, in pieces that fit. A character takes two columns at most. */
function parts(word: string, width: number): string[] {
  if (widthOf(word) <= width) return [word];
  const characters = [...escapeControls(word)];
  const length = Math.max(1, Math.floor(width / 2));
  return Array.from({ length: Math.ceil(characters.length / length) }, (_, at) =>
    characters.slice(at * length, (at + 1) * length).join(""),
  );
}
