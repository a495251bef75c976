import { randomUUID } from "node:crypto";
import type { WriteStream } from "node:tty";
import { styleText } from "node:util";

/**
 * Characters that a terminal obeys instead of showing: the control characters C0 (except line feed and tab), DEL and
 * C1, those that change the direction of writing (Unicode Standard Annex 9), and line breaks that JSON does not escape.
 */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the expression is meant to find them
const CONTROLS = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** Random, so that no other text can contain it: otherwise a server could colour its own words. */
const MARK = `\0${randomUUID()}`;
const STYLED = new RegExp(`${MARK}<(\\w+)>(.*?)${MARK}`, "gs");

const STYLES = ["bold", "dim", "red", "green", "yellow", "cyan", "magenta"] as const;

export type Style = (typeof STYLES)[number];

/** Marks a text with a style. It is shown on terminals that support styles. */
export function styled(style: Style, text: string): string {
  return `${MARK}<${style}>${text}${MARK}`;
}

/** A text without its style marks. */
export function unstyled(text: string): string {
  return text.replace(STYLED, "$2");
}

/**
 * Makes a text safe to print: replaces each control character by its JSON escape (`\u001b`). JSON text stays equivalent
 * JSON.
 */
export function escapeControls(text: string): string {
  return text.replace(
    CONTROLS,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** Prepares a text for a stream: escapes control characters, and shows styles if the stream supports them. */
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
 * Makes everything that is written to a stream go through {@link render}, whoever writes it. Only here are texts of
 * servers, queues and files made safe for the terminal.
 */
export function guardOutput(stream: WriteStream): void {
  const write = stream.write.bind(stream);
  // Other properties, for example the size of the terminal, are inherited from the stream.
  unguarded.set(stream, Object.create(stream, { write: { value: write } }));
  stream.write = (chunk: string | Uint8Array, ...rest: []) => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString();
    return write(render(text, stream), ...rest);
  };
}

/** The stream without its guard, for code that moves the cursor. Such code must render its text itself. */
export function withoutGuard(stream: WriteStream): WriteStream {
  return unguarded.get(stream) ?? stream;
}
