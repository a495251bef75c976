import { jsonErrorOffset, jsonErrorPlace } from "../../../lib/json/error-place.ts";
import { escapeForSqs } from "../../../lib/json/json.ts";
import { UsageError } from "../usage-error.ts";

/** A message in a file. */
export interface FileMessage {
  /** The line where it begins, counted from 1. */
  readonly line: number;
  /** Its position in the array, counted from 1, if the file is an array. */
  readonly element?: number;
  /** The text as written, with all digits, without surrounding white space; characters that SQS refuses are escaped. */
  readonly text: string;
}

/** The name of a message in an error: its line, or its position in the array. */
export function nameOf({ line, element }: FileMessage): string {
  return element === undefined ? `line ${line}` : `message ${element} (line ${line})`;
}

/** Several messages by their numbers: `lines 3, 7-12, 40`, or `messages ...` if the file is an array. */
export function nameAll(messages: readonly FileMessage[]): string {
  const numbers = messages.map(({ line, element }) => element ?? line).sort((a, b) => a - b);
  const ranges: { from: number; to: number }[] = [];
  for (const number of numbers) {
    const last = ranges.at(-1);
    if (last !== undefined && number <= last.to + 1) last.to = number;
    else ranges.push({ from: number, to: number });
  }
  const unit = messages[0]?.element === undefined ? "line" : "message";
  const texts = ranges.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`));
  return `${unit}${messages.length === 1 ? "" : "s"} ${texts.join(", ")}`;
}

/**
 * Splits a file into its messages: one JSON object, a JSON array of objects, or JSON Lines. Does not check whether they
 * are valid messages.
 *
 * @throws {UsageError} when the file has no message, or begins an array or an object that is not JSON.
 */
export function splitMessages(written: string): FileMessage[] {
  const text = escapeForSqs(written);
  const lines = linesOf(text);
  const [first] = lines;
  if (first === undefined) throw new UsageError("there is no message in it");
  if (first.text.startsWith("[")) return elementsOf(text);
  // If the first line is incomplete JSON and no further object follows, the whole text is one object.
  const [, second] = lines;
  const goesOn = jsonErrorOffset(first.text) === first.text.length && second !== undefined;
  const isOneObject = goesOn && (jsonErrorOffset(text) === undefined || !/^\{/.test(second.text));
  if (!isOneObject) return lines;
  refuseBroken("object", text);
  return [{ line: first.line, text: text.trim() }];
}

/** Splits at LF or CRLF only: U+2028, where other readers split too, can be part of a JSON string. */
function linesOf(text: string): FileMessage[] {
  return text
    .split("\n")
    .map((line, index) => ({ line: index + 1, text: line.trim() }))
    .filter((line) => line.text !== "");
}

function refuseBroken(kind: "array" | "object", text: string): void {
  if (jsonErrorOffset(text) === undefined) return;
  throw new UsageError(`the ${kind} is not valid JSON: ${jsonErrorPlace(text)}`);
}

function elementsOf(text: string): FileMessage[] {
  refuseBroken("array", text);
  const messages: FileMessage[] = [];
  let line = 1;
  let counted = 0;
  for (const [start, end] of elementSpans(text)) {
    for (; counted < start; counted++) if (text[counted] === "\n") line++;
    messages.push({ line, element: messages.length + 1, text: text.slice(start, end) });
  }
  if (messages.length === 0) throw new UsageError("there is no message in it");
  return messages;
}

/** The start and end of each element of a JSON array. The text must be a JSON array. */
function* elementSpans(text: string): Generator<[start: number, end: number]> {
  let depth = 0;
  let inString = false;
  let start: number | undefined;
  let end = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? "";
    if (!inString && depth === 1 && start !== undefined && (char === "," || char === "]")) {
      yield [start, end];
      start = undefined;
    } else if (depth > 0 && (inString || !" \t\r\n,".includes(char))) {
      start ??= at;
      end = at + 1;
    }
    if (inString && char === "\\") at++;
    else if (char === '"') inString = !inString;
    else if (!inString && "[{".includes(char)) depth++;
    else if (!inString && "]}".includes(char)) depth--;
  }
}
