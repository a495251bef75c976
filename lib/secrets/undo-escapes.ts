import { HTML_NAMES } from "./html-names.ts";

/** A text with its escapes undone, and the original position of each of its bytes. */
export interface Unescaped {
  /** The UTF-8 bytes, one per character. */
  readonly bytes: string;
  /** Where the byte at an index begins in the original text. */
  startOf(index: number): number;
  /** Where the byte at an index ends in the original text. */
  endOf(index: number): number;
}

/**
 * Undoes every escape of a text, however often and in whatever order it was escaped: percent-encoding (`%41`), JSON and
 * JavaScript (`\u0041`, `\u{41}`, `\x41`, `\"`, `\n`), HTML (`&amp;`, `&#65;`, `&#x41;`). A run of backslashes becomes
 * one. For searching only: a text that looks like an escape by chance is undone as well.
 *
 * Each character is pushed on a stack. When the top of the stack is an escape, the character that it means replaces it.
 * Each step looks back at most {@link MAX_ESCAPE} characters, so the time is linear.
 *
 * @returns a result that is valid until the next call, because short texts share one stack
 */
export function undoEscapes(text: string): Unescaped {
  const stack = createStack(Buffer.byteLength(text));
  const { codes, starts, ends } = stack;
  let size = 0;
  // At this stack size or above, no escape is open: most of a text is only copied.
  let watchUntil = 0;
  for (let at = 0; at < text.length; at++) {
    let code = text.charCodeAt(at);
    let start = at;
    for (let found: Escape | undefined; ; start = starts[size] ?? start, code = found.code) {
      if (code >= 0x80 && !found?.isByte) {
        size = putWide(stack, size, code, start, at + 1);
        break;
      }
      codes[size] = code;
      starts[size] = start;
      ends[size] = at + 1;
      size++;
      if (code === BACKSLASH || code === PERCENT || code === AMPERSAND) {
        watchUntil = size + MAX_ESCAPE;
      }
      found = size < watchUntil ? escapeOnTop(codes, size) : undefined;
      if (found === undefined) break;
      size -= found.length;
    }
  }
  return {
    // A lone surrogate is cut to one byte: no secret contains one.
    bytes: Buffer.from(codes.subarray(0, size)).toString("latin1"),
    startOf: (at) => starts[at] ?? 0,
    endOf: (at) => ends[at] ?? 0,
  };
}

/** The longest escape: `&DiacriticalGrave;`. */
const MAX_ESCAPE = 18;

interface Stack {
  /** UTF-8 bytes; for a surrogate without its other half, the code unit. */
  readonly codes: Uint16Array;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

/** Texts of up to this many bytes share one stack: most texts are short. */
const ROOM = 4096;
const shared = stackOf(ROOM);

function createStack(bytes: number): Stack {
  return bytes <= ROOM ? shared : stackOf(bytes);
}

function stackOf(bytes: number): Stack {
  return {
    codes: new Uint16Array(bytes),
    starts: new Uint32Array(bytes),
    ends: new Uint32Array(bytes),
  };
}

/** Pushes a code point above ASCII, or one half of a surrogate pair; returns the stack's new size. */
function putWide(stack: Stack, size: number, code: number, start: number, end: number): number {
  const { codes, starts, ends } = stack;
  const before = codes[size - 1] ?? 0;
  if (isLowSurrogate(code) && size > 0 && isHighSurrogate(before)) {
    const whole = String.fromCharCode(before, code).codePointAt(0) ?? 0;
    return putWide(stack, size - 1, whole, starts[size - 1] ?? start, end);
  }
  const isHalf = isLowSurrogate(code) || isHighSurrogate(code);
  let top = size;
  for (const unit of isHalf ? [code] : Buffer.from(String.fromCodePoint(code))) {
    codes[top] = unit;
    starts[top] = start;
    ends[top] = end;
    top++;
  }
  return top;
}

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code <= 0xdbff;
const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code <= 0xdfff;

interface Escape {
  /** How many characters the escape has. */
  readonly length: number;
  /** The code point that the escape means, or a UTF-8 byte if `isByte`. */
  readonly code: number;
  readonly isByte?: boolean;
}

const codeOf = (character: string): number => character.charCodeAt(0);
const [BACKSLASH, PERCENT, SEMICOLON, AMPERSAND] = [...String.raw`\%;&`].map(codeOf);
const [LOWER_U, LOWER_X, OPEN_BRACE, CLOSE_BRACE] = [..."ux{}"].map(codeOf);

/** The meaning of a character after a backslash (RFC 8259 section 7; `\'` is from JavaScript). */
const BEHIND_BACKSLASH = new Map(
  [..."\\\\", ..."//", ...'""', ..."''", ..."b\bf\fn\nr\rt\t"]
    .map(codeOf)
    .flatMap((code, index, all) => (index % 2 === 0 ? [[code, all[index + 1] ?? code]] : [])),
);

function escapeOnTop(codes: Uint16Array, size: number): Escape | undefined {
  const at = (back: number): number => codes[size - back] ?? 0;
  const top = at(1);
  if (at(2) === BACKSLASH) {
    const code = BEHIND_BACKSLASH.get(top);
    if (code !== undefined) return { length: 2, code };
  }
  if (top === SEMICOLON) return htmlEscape(codes, size);
  if (top === CLOSE_BRACE) return braced(codes, size);
  if (!isHex(top) || !isHex(at(2))) return undefined;
  if (at(3) === PERCENT) return { length: 3, code: hexIn(codes, size - 2, size), isByte: true };
  if (at(3) === LOWER_X && at(4) === BACKSLASH) {
    return { length: 4, code: hexIn(codes, size - 2, size) };
  }
  if (at(5) === LOWER_U && at(6) === BACKSLASH && isHex(at(3)) && isHex(at(4))) {
    return { length: 6, code: hexIn(codes, size - 4, size) };
  }
  return undefined;
}

function htmlEscape(codes: Uint16Array, size: number): Escape | undefined {
  let start = size - 2;
  while (start > size - MAX_ESCAPE && codes[start] !== AMPERSAND) start--;
  if (codes[start] !== AMPERSAND) return undefined;
  const length = size - start;
  const name = String.fromCharCode(...codes.subarray(start + 1, size - 1));
  const [, decimal, hex] = /^#(?:(\d+)|[xX]([\dA-Fa-f]+))$/.exec(name) ?? [];
  const number = decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal);
  const code = Number.isNaN(number) ? HTML_NAMES.get(name) : number;
  return code === undefined || code > 0x10ffff ? undefined : { length, code };
}

/** `\u{41}` (ECMAScript, Unicode code point escapes). */
function braced(codes: Uint16Array, size: number): Escape | undefined {
  let start = size - 2;
  while (start > size - 9 && isHex(codes[start] ?? 0)) start--;
  const isEscape =
    start < size - 2 &&
    codes[start] === OPEN_BRACE &&
    codes[start - 1] === LOWER_U &&
    codes[start - 2] === BACKSLASH;
  const code = hexIn(codes, start + 1, size - 1);
  return isEscape && code <= 0x10ffff ? { length: size - start + 2, code } : undefined;
}

function isHex(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) ||
    (code >= 0x41 && code <= 0x46) ||
    (code >= 0x61 && code <= 0x66)
  );
}

function hexIn(codes: Uint16Array, start: number, end: number): number {
  let value = 0;
  // A hexadecimal digit's value is the low four bits of its character code, plus 9 for a letter.
  for (let at = start; at < end; at++) {
    const code = codes[at] ?? 0;
    value = value * 16 + (code & 0xf) + (code > 0x39 ? 9 : 0);
  }
  return value;
}
