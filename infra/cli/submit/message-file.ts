import { jsonErrorOffset, jsonErrorPlace } from "../../../lib/json/error-place.ts";
import { escapeForSqs } from "../../../lib/json/json.ts";
import { UsageError } from "../usage-error.ts";

/** A message as it stands in a file. */
export interface FileMessage {
  /** Where it begins, counted from 1. */
  readonly line: number;
  /** Its place in the array, counted from 1, where the file is one. */
  readonly element?: number;
  /** As it was written, digits and all, but for the white space around it and what SQS takes only escaped. */
  readonly text: string;
}

/** What a message is called in an error: by its line, or by its place in the array. */
export function nameOf({ line, element }: FileMessage): string {
  return element === undefined ? `line ${line}` : `message ${element} (line ${line})`;
}

/** Several messages by their numbers: `lines 3, 7-12, 40`, or `messages ...` where the file is an array. */
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
 * Splits a file into the messages in it: one JSON object, a JSON array of objects, or JSON Lines. Whether each
 * is a message is not looked at.
 *
 * @throws {UsageError} when the file holds nothing, or begins an array or an object that is not JSON.
 */
export function splitMessages(written: string): FileMessage[] {
  const text = escapeForSqs(written);
  const lines = linesOf(text);
  const [first] = lines;
  if (first === undefined) throw new UsageError("there is no message in it");
  if (first.text.startsWith("[")) return elementsOf(text);
  // What ends too early on its first line, and goes on with no other object, is one object.
  const [, second] = lines;
  const goesOn = jsonErrorOffset(first.text) === first.text.length && second !== undefined;
  const isOneObject = goesOn && (jsonErrorOffset(text) === undefined || !/^\{/.test(second.text));
  if (!isOneObject) return lines;
  refuseBroken("object", text);
  return [{ line: first.line, text: text.trim() }];
}

/** Line breaks are LF or CRLF alone: U+2028, which other readers break at, can stand in a JSON string. */
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

/** Where each element of a JSON array begins and ends. The text must be a JSON array. */
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
