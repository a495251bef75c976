import { ANY_ALPHABET, ANY_CASE, type Matcher, matcher, type Span } from "./matcher.ts";
import { undoEscapes } from "./undo-escapes.ts";

/** A shorter value occurs by chance in any text. */
const MIN_PIECE = 8;

/** Finds values in texts. */
export interface SecretSearch {
  /** A text shorter than this contains none of the values. */
  readonly shortest: number;
  find(text: string): Span[];
}

/**
 * Makes a search for values in texts, ignoring case: plain, in hexadecimal, and in base64 (either alphabet, also as a
 * part of longer base64 and with line breaks); each also inside any escapes that {@link undoEscapes} undoes. The time
 * is linear in the text.
 *
 * @param values values of fewer than 8 characters are ignored
 */
export function searchFor(values: readonly string[]): SecretSearch {
  const sought = [...values, ...values.flatMap(asNumber)].filter(
    ({ length }) => length >= MIN_PIECE,
  );
  const base64 = sought.flatMap(spellings).flatMap(base64Pieces);
  const hex = sought.map(hexOf);
  const asWritten = [matcher([...sought, ...hex], ANY_CASE), matcher(base64, ANY_ALPHABET)];
  const undone = [...sought.flatMap(undoneSpellings), ...hex].flatMap(edgesApart);
  const unescaped = [matcher(undone, ANY_CASE), matcher(base64.flatMap(edgesApart), ANY_ALPHABET)];
  return {
    // No spelling is shorter than its value.
    shortest: Math.min(...sought.map(({ length }) => length)),
    find(text) {
      const spans = findAll(text, asWritten);
      if (!/[\\%&]/.test(text)) return spans;
      const { bytes, startOf, endOf } = undoEscapes(text);
      const inBytes = findAll(bytes, unescaped);
      return [...spans, ...inBytes.map(([start, end]): Span => [startOf(start), endOf(end - 1)])];
    },
  };
}

function findAll(text: string, matchers: readonly Matcher[]): Span[] {
  return matchers.flatMap((find) => find(text));
}

/** The forms that a value can have after its text's escapes are undone. */
function undoneSpellings(value: string): string[] {
  // A backslash before an escape is lost.
  const escaped = value.replace(/./gsu, (of) => `\\u{${of.codePointAt(0)?.toString(16)}}`);
  return unique([undoEscapes(value).bytes, undoEscapes(escaped).bytes]);
}

/** The edges of a value can form an escape together with the text around it, and then disappear from the value. */
function edgesApart(text: string): string[] {
  const inner = text
    .replace(/^(?:u[\da-f]{0,4}|x[\da-f]{0,2}|[\da-f]{1,2}|[nrt"'\\/]|#?\w*;)/i, "")
    .replace(/(?:\\(?:u[\da-f]{0,3}|x[\da-f]?)?|%[\da-f]?|&#?\w*)$/i, "");
  return inner.length >= MIN_PIECE ? [text, inner] : [text];
}

function hexOf(value: string): string {
  return Buffer.from(value).toString("hex");
}

/** The texts that base64 may have been made from: the value in its usual spellings. */
function spellings(value: string): string[] {
  const base64 = Buffer.from(value).toString("base64");
  const json = JSON.stringify(value).slice(1, -1);
  return unique([value, base64, encodeURIComponent(value.toWellFormed()), json]);
}

/** The base64 of a value, and the parts of it that stay the same at any position in longer base64. */
function base64Pieces(value: string): string[] {
  const bytes = Buffer.from(value);
  const pieces = [0, 1, 2].map((before) => {
    const text = Buffer.concat([Buffer.alloc(before), bytes]).toString("base64");
    const start = Math.ceil((before * 8) / 6);
    return text.slice(start, Math.floor(((before + bytes.byteLength) * 8) / 6));
  });
  return [bytes.toString("base64").replace(/=+$/, ""), ...pieces].filter(
    ({ length }) => length >= MIN_PIECE,
  );
}

/** A secret that is a number may come back rounded to the precision of a double. */
function asNumber(value: string): string[] {
  const text = String(Number(value));
  return Number.isFinite(Number(value)) ? [text] : [];
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
