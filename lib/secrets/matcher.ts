import { escapePattern } from "./escape-pattern.ts";

/** A part of a text. `end` is exclusive. */
export type Span = [start: number, end: number];

/** Finds every place in a text where a sought text occurs. */
export type Matcher = (text: string) => Span[];

/** Defines which texts count as equal. */
export interface Alike {
  /** Maps equal texts to one text. Only white space may be removed; no other character changes its order. */
  fold(text: string): string;
  /** A regular expression for all characters that count as equal to this one. */
  pattern(character: string): string;
  /** Whether white space is ignored. */
  readonly isWrapped: boolean;
}

/** ASCII letters in either case, and a space also as `+`, as forms write it. */
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

/**
 * Base64: its two alphabets differ in two characters (RFC 4648 sections 4 and 5), and it is often wrapped into lines.
 */
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

/** How many characters of each text go into the pattern, so that its size does not grow with the texts. */
const PREFIX = 12;

/**
 * Makes a matcher. Most texts contain no sought text; one pattern of all prefixes rules them out. The others are
 * searched with `indexOf`, whose time does not grow with near matches.
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
