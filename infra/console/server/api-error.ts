import { messageOf } from "../../message-of.ts";

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

/** The status and the body of the answer for an error. */
export function errorAnswer(error: unknown): { readonly status: number; readonly body: object } {
  const name = error instanceof Error ? error.name : "Error";
  const message = messageOf(error).slice(0, MAX_MESSAGE_CHARACTERS);
  const status = error instanceof ApiError ? error.status : 500;
  return { status, body: { error: { name, message } } };
}
