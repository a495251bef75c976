import type { RecordResult } from "../../../../lib/batch/record-result.ts";
import type { HttpAnswer, HttpResponse } from "../../../../lib/http/http-request.ts";
import { type JsonObject, toJson } from "../../../../lib/json/json.ts";
import { parsePollMessage } from "../../../../lib/poll/message/parse.ts";
import type { Poll } from "../../../../lib/poll/poll.ts";
import { afterRequest } from "../../../../lib/poll/step.ts";

export const NOW = Date.UTC(2026, 0, 1);
export const API = "https://api.example";

/** A poll from its message, as the poller reads it. */
export function pollOf(message: object): Poll {
  return { message: parsePollMessage(toJson(message)), pollId: "p", startedAt: NOW };
}

export function response(
  status: number,
  headers: Readonly<Record<string, string>> = {},
  body: unknown = "",
): HttpAnswer & { response: HttpResponse } {
  return { kind: "response", response: { status, headers, body } };
}

export function after(message: object, answer: HttpAnswer): RecordResult {
  return afterRequest(pollOf(message), answer, NOW, () => 0.5);
}

/** The body of the next message. */
export function nextOf(message: object, answer: HttpAnswer): JsonObject {
  const result = after(message, answer);
  if (result.kind === "pending" && result.body !== undefined) return result.body;
  throw new Error(`no next message: ${JSON.stringify(result)}`);
}

/** The outcome. */
export function endOf(message: object, answer: HttpAnswer): JsonObject {
  const result = after(message, answer);
  if (result.kind === "completed" && result.outcome !== undefined) return result.outcome;
  throw new Error(`no outcome: ${JSON.stringify(result)}`);
}

export const error = (name: string, message = "failed") => ({ name, message });
export const timedOut: HttpAnswer = { kind: "transient", error: error("TimeoutError", "too slow") };
/** The head of the response arrived, and its body did not in time. */
export const cutOff = (status: number, headers = {}): HttpAnswer => ({
  kind: "transient",
  error: error("TimeoutError", "too slow"),
  response: { status, headers },
});
export const unreachable: HttpAnswer = {
  kind: "transient",
  error: error("Error", "connect ECONNREFUSED"),
  neverSent: true,
};
export const tooLarge = (status: number, headers = {}, mayChange = false): HttpAnswer => ({
  kind: "unreadable",
  response: { status, headers },
  error: error("UnreadableBodyError", "the response body is larger"),
  mayChange,
});
