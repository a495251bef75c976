import { readBody } from "../../../lib/batch/record-facts.ts";
import { readOwnJson } from "../../../lib/json/json.ts";
import { shownMessage } from "./shown-message.ts";
import { shownOutcome } from "./shown-outcome.ts";

// The page gets JSON as text, with its lines indented: a browser's own parser would round numbers of many digits.

/** The page lists hundreds of messages, and each can have a million characters. */
const MOST_CHARACTERS = 16 * 1024;

/** A message without what may be secret, cut where it is long; `undefined`: it is no JSON object. */
export function shownMessageText(text: string): string | undefined {
  const { body } = readBody(text);
  return body && cut(indented(shownMessage(body)), MOST_CHARACTERS);
}

/** A text, of which only the beginning is shown where it is long. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}…`;
}

/**
 * An outcome without what may be secret.
 *
 * @throws {JsonError} when it is no JSON object
 */
export function shownOutcomeText(text: string): string {
  return indented(shownOutcome(readOwnJson(text)));
}

/** A message to be edited. What is no JSON object stays as it is. */
export function editableText(text: string): string {
  const { body } = readBody(text);
  return body === undefined ? text : indented(body);
}

const indented = (value: unknown): string => withEscapes(JSON.stringify(value, null, 2));

/** What is not seen, or turns what stands beside it: a message would not look as it is. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** JSON that means the same, with an escape for each character that a reader could not see. */
function withEscapes(json: string): string {
  return json.replace(UNSEEN, (character) =>
    character === "\n" ? character : character.split("").map(escapeOf).join(""),
  );
}

const escapeOf = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
