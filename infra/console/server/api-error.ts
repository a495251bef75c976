import { WrongExpressionError } from "../../../lib/explain/try-message.ts";
import { messageOf } from "../../../lib/message-of.ts";

/** A request that the console's API refuses, with the HTTP status of its answer. */
export class ApiError extends Error {
  override readonly name: string;
  readonly status: number;

  constructor(status: number, name: string, message: string) {
    super(message);
    this.status = status;
    this.name = name;
  }
}

/** The longest message of an error that the page shows. */
const MAX_MESSAGE_CHARACTERS = 2000;

/** Errors of other rooms that the page can do something about: its message or its choice is wrong. */
const WRONG_INPUT = new Set([
  "PoisonRecordError",
  "WrongExpressionError",
  "RecordedAnswerError",
  "NotAskedError",
  "InvalidMessageError",
  "NoTableError",
  "MissingOptionError",
]);

/** The status and the body of the answer for an error. */
export function errorAnswer(error: unknown): { readonly status: number; readonly body: object } {
  const name = error instanceof Error ? error.name : "Error";
  const message = messageOf(error).slice(0, MAX_MESSAGE_CHARACTERS);
  const place =
    error instanceof WrongExpressionError
      ? { field: error.field, expression: error.expression, place: error.place }
      : {};
  return { status: statusOf(error, name), body: { error: { name, message, ...place } } };
}

function statusOf(error: unknown, name: string): number {
  if (error instanceof ApiError) return error.status;
  return WRONG_INPUT.has(name) ? 422 : 500;
}
