import { setImmediate } from "node:timers/promises";
import { readBody } from "../batch/record-facts.ts";
import { isPoison } from "../batch/record-result.ts";
import { escapeForSqs, exactNumber, toJson } from "../json/json.ts";
import { parsePollMessage } from "../poll/message/parse.ts";
import type { PollMessage } from "../poll/message/schema.ts";
import { type InvalidMessage, InvalidMessageError } from "./client-errors.ts";

/** A message as a value, or as the text of its JSON, whose numbers keep all digits. */
export type Submission = PollMessage | string;

/** A message that is ready to be sent. */
export interface Prepared {
  readonly pollId: string;
  readonly body: string;
}

/** So many are checked before something else can run: a hundred thousand take seconds. */
const CHECKED_AT_ONCE = 500;

/**
 * Checks messages as the poller does, and gives an id to those without a pollId.
 *
 * @throws {InvalidMessageError} naming each message that the poller would refuse
 */
export async function prepareSubmissions(
  messages: readonly Submission[],
  newId: () => string,
): Promise<Prepared[]> {
  const invalid: InvalidMessage[] = [];
  const prepared: Prepared[] = [];
  for (const [index, message] of messages.entries()) {
    if (index > 0 && index % CHECKED_AT_ONCE === 0) await setImmediate();
    try {
      prepared.push(prepare(message, newId));
    } catch (error) {
      invalid.push({ index, reason: refusalIn(error) });
    }
  }
  if (invalid.length > 0) throw new InvalidMessageError(invalid, messages.length);
  return prepared;
}

/**
 * Says why the poller would refuse a message; `undefined`: it would not.
 *
 * @param body the text of its JSON
 */
export function problemOf(body: string): string | undefined {
  try {
    parsePollMessage(body);
    return undefined;
  } catch (error) {
    return refusalIn(error);
  }
}

/** Why a message was refused, in one line: the name of a field may contain line breaks. @throws any other error */
function refusalIn(error: unknown): string {
  if (isPoison(error)) return error.message.replace(/\s+/g, " ");
  throw error;
}

function prepare(message: Submission, newId: () => string): Prepared {
  const written = typeof message === "string" ? escapeForSqs(message) : jsonOf(message);
  const { pollId } = parsePollMessage(written);
  if (pollId !== undefined) return { pollId, body: written };
  const { body } = readBody(written);
  const made = newId();
  const withId = toJson({ pollId: made, ...body });
  // It is longer now: it may have become too long.
  parsePollMessage(withId);
  return { pollId: made, body: withId };
}

/** A bigint has no JSON form of its own; here it is a number that keeps its digits. */
function jsonOf(message: PollMessage): string {
  const text: string | undefined = JSON.stringify(message, (_name, value: unknown) =>
    typeof value === "bigint" ? exactNumber(String(value)) : value,
  );
  return escapeForSqs(text ?? "null");
}
