import { randomUUID } from "node:crypto";
import type { WriteStream } from "node:tty";
import { styleText } from "node:util";
import stringWidth from "string-width";

/**
 * What a terminal obeys instead of showing it: the control characters C0 (but for line feed and tab), DEL and C1, what
 * changes the direction of writing (Unicode Standard Annex 9), and the line breaks that are none in JSON.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is for
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Nobody else's text can hold it: a server could colour its own words otherwise. */
const MARK = `\0${randomUUID()}`;
const STYLED = new RegExp(`${MARK}<(\\w+)>(.*?)${MARK}`, "gs");

const STYLES = ["bold", "dim", "red", "green", "yellow", "cyan", "magenta"] as const;

export type Style = (typeof STYLES)[number];

/** Marks a text to be shown in a style, where it is printed on a terminal that shows styles. */
export function styled(style: Style, text: string): string {
  return `${MARK}<${style}>${text}${MARK}`;
}

/** How many columns a text takes on a terminal. */
export function widthOf(text: string): number {
  return stringWidth(escapeControls(unstyled(text)));
}

/** A text without its styles. */
export function unstyled(text: string): string {
  return text.replace(STYLED, "$2");
}

/**
 * Makes a text safe to print: each control character becomes its JSON escape (`\u001b`), so that JSON stays the same
 * JSON.
 */
export function escapeControls(text: string): string {
  return text.replace(
    CONTROLS,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A text as it is written to a stream: its control characters escaped, its styles as the stream shows them. */
export function render(text: string, stream: NodeJS.WritableStream): string {
  return text
    .split(STYLED)
    .map((part, index, parts) => {
      if (index % 3 === 1) return "";
      const style = STYLES.find((each) => index % 3 === 2 && each === parts[index - 1]);
      const safe = escapeControls(part);
      return style === undefined ? safe : styleText(style, safe, { stream });
    })
    .join("");
}

const unguarded = new WeakMap<WriteStream, WriteStream>();

/**
 * Makes whatever is written to a stream from now on go through {@link render}, whoever writes it. It is the one place
 * where texts of servers, queues and files are made safe for the terminal.
 */
export function guardOutput(stream: WriteStream): void {
  const write = stream.write.bind(stream);
  // What it inherits, the size of the terminal for one, stays the stream's own.
  unguarded.set(stream, Object.create(stream, { write: { value: write } }));
  stream.write = (chunk: string | Uint8Array, ...rest: []) => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    return write(render(text, stream), ...rest);
  };
}

/** The stream without its guard, for who moves the cursor: what it writes must be rendered already. */
export function withoutGuard(stream: WriteStream): WriteStream {
  return unguarded.get(stream) ?? stream;
}
