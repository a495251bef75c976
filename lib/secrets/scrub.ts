import type { HttpAnswer } from "../http/http-request.ts";
import { isJsonObject } from "../json.ts";
import { escapePattern } from "./escape-pattern.ts";

/** Takes hidden values out of a text. */
export type Scrub = (text: string) => string;

const MASK = "[secret]";

/** Below this, a piece of base64 is found in any text. */
const MIN_PIECE = 8;

/**
 * Makes what takes values out of texts: as they are, URL-encoded or JSON-escaped as a whole or in part, and in
 * base64 of either alphabet, also within something longer and escaped.
 */
export function createScrub(values: readonly string[]): Scrub {
  const hidden = [...values, ...values.flatMap(asNumber)].filter((value) => value !== "");
  const patterns = hidden
    .toSorted((a, b) => b.length - a.length)
    .flatMap((value) => [spelledAnyhow(value), ...base64Pieces(value).map(base64Pattern)]);
  if (patterns.length === 0) return (text) => text;
  const pattern = new RegExp(patterns.join("|"), "g");
  const shortest = Math.min(...hidden.map(({ length }) => length));
  return (text) => (text.length < shortest ? text : text.replace(pattern, MASK));
}

/** Takes hidden values out of all that an answer says: headers, body, names of members, numbers, errors. */
export function scrubAnswer(answer: HttpAnswer, scrub: Scrub): HttpAnswer {
  switch (answer.kind) {
    case "aborted":
      return answer;
    case "response": {
      const { redirectedTo } = answer;
      const { status, headers, body } = answer.response;
      const clean = Object.entries(headers).map(([name, value]) => [scrub(name), scrub(value)]);
      return {
        kind: "response",
        response: { status, headers: Object.fromEntries(clean), body: scrubValue(body, scrub) },
        ...(redirectedTo !== undefined && { redirectedTo: scrub(redirectedTo) }),
      };
    }
    case "refused":
    case "transient": {
      const { name, message } = answer.error;
      return { ...answer, error: { name: scrub(name), message: scrub(message) } };
    }
  }
}

function scrubValue(value: unknown, scrub: Scrub): unknown {
  if (typeof value === "string") return scrub(value);
  if (typeof value === "number") return scrub(String(value)) === String(value) ? value : MASK;
  if (Array.isArray(value)) return value.map((element) => scrubValue(element, scrub));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [scrub(name), scrubValue(member, scrub)]),
  );
}

/** Each character as it is, as %XX, as \uXXXX or, of a quote or backslash, behind a backslash. */
function spelledAnyhow(value: string): string {
  const characters = Array.from(value, (character) => {
    const percent = Array.from(Buffer.from(character), (byte) => `%${anyCase(hex(byte, 2))}`);
    const escaped = Array.from({ length: character.length }, (_, index) => {
      return `\\\\u${anyCase(hex(character.charCodeAt(index), 4))}`;
    });
    const spellings = [escapePattern(character), percent.join(""), escaped.join("")];
    if (character === " ") spellings.push("\\+");
    if (/["\\/]/.test(character)) spellings.push(`\\\\${escapePattern(character)}`);
    return `(?:${spellings.join("|")})`;
  });
  return characters.join("");
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}

function anyCase(digits: string): string {
  return digits.replace(/[a-f]/g, (digit) => `[${digit}${digit.toUpperCase()}]`);
}

/** The base64 of a value, and what of it stays the same wherever it stands in something longer. */
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

/** Either alphabet; what is no letter and no digit can be escaped within an URL or JSON. */
function base64Pattern(piece: string): string {
  return piece.replace(/[+/]/g, (sign) => {
    return `(?:${spelledAnyhow(sign)}|${spelledAnyhow(sign === "+" ? "-" : "_")})`;
  });
}

/** A secret that is a number is told again with the digits that a double can hold. */
function asNumber(value: string): string[] {
  const text = String(Number(value));
  return text.length >= MIN_PIECE && Number.isFinite(Number(value)) ? [text] : [];
}
