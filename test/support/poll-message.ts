import { PoisonRecordError } from "../../lib/batch/record-result.ts";
import { type ParsedPollMessage, parsePollMessage } from "../../lib/poll/message/parse.ts";

/** The text of a poll message with a request and the given fields. */
export function pollText(fields: object = {}): string {
  return JSON.stringify({ request: { url: "https://jobs.example/1" }, ...fields });
}

/** A parsed poll message. */
export function pollMessage(fields: object = {}): ParsedPollMessage {
  return parsePollMessage(pollText(fields));
}

/** Why a text is poison, or `undefined` when it is a poll message. Any other error is a defect. */
export function poisonReason(text: string, attributesBytes?: number): string | undefined {
  try {
    parsePollMessage(text, attributesBytes);
    return undefined;
  } catch (error) {
    if (error instanceof PoisonRecordError) return error.message;
    throw error;
  }
}
