import { escapePattern } from "./escape-pattern.ts";

/** A part of a text, from its start up to its end, which is no part of it. */
export type Span = [start: number, end: number];

/** Finds where one of its texts stands. */
export type Matcher = (text: string) => Span[];

/** What is taken for the same text. */
export interface Alike {
  /** One text for all that are alike; no character but white space changes its place. */
  fold(text: string): string;
  /** A pattern for all that is like a character. */
  pattern(character: string): string;
  /** Whether white space counts for nothing. */
  readonly isWrapped: boolean;
}

/** Letters of ASCII in any case, and a space as a form writes it. */
export const ANY_CASE: Alike = {
  isWrapped: false,
  fold: (text) => lowerCase(text).replaceAll(" ", "+"),
  pattern(character) {
    if (character === " " || character === "+") return "[ +]";
    return /[a-z]/i.test(character)
      ? `[${character.toLowerCase()}${character.toUpperCase()}]`
      : escapePattern(character);
  },
};

/** Base64: its alphabets differ in two signs (RFC 4648 sections 4 and 5), and it is often wrapped into lines. */
export const ANY_ALPHABET: Alike = {
  isWrapped: true,
  fold: (text) =>
    text
      .replace(/[\0- ]+/g, "")
      .replaceAll("-", "+")
      .replaceAll("_", "/"),
  pattern: (character) =>
    /[+-]/.test(character) ? "[+-]" : /[/_]/.test(character) ? "[/_]" : escapePattern(character),
};

function lowerCase(text: string): string {
  return /[^\0-\x7f]/.test(text)
    ? text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
    : text.toLowerCase();
}

/** How many characters of each text the pattern looks at: its size must not grow with the texts. */
const PREFIX = 12;

/**
 * Makes what finds texts. Most texts hold none, which one pattern over the beginnings of all says; what they hold is
 * then found by `indexOf`, whose time does not grow with how nearly they hold it.
 */
export function matcher(texts: readonly string[], { fold, pattern, isWrapped }: Alike): Matcher {
  const sought = [...new Set(texts.map(fold))];
  const prefixes = sought.map((text) =>
    Array.from(text.slice(0, PREFIX), pattern).join(isWrapped ? "[\\0- ]*" : ""),
  );
  const prefix = new RegExp([...new Set(prefixes)].join("|") || "(?!)");
  return (text) => {
    if (!prefix.test(text)) return [];
    const folded = fold(text);
    const spans = sought.flatMap((each) => everySpan(folded, each));
    if (spans.length === 0 || folded.length === text.length) return spans;
    const places = Array.from({ length: text.length }, (_, at) => at).filter(
      (at) => text.charCodeAt(at) > SPACE,
    );
    return spans.map(([start, end]) => [places[start] ?? 0, (places[end - 1] ?? 0) + 1]);
  };
}

const SPACE = 0x20;

function everySpan(text: string, sought: string): Span[] {
  const spans: Span[] = [];
  for (let at = text.indexOf(sought); at >= 0; at = text.indexOf(sought, at + sought.length)) {
    spans.push([at, at + sought.length]);
  }
  return spans;
}
