import { PoisonRecordError } from "../batch/record-result.ts";
import type { JsonObject } from "../json/json.ts";

/**
 * The dead letter of a poll that did not succeed, and whose outcome goes nowhere.
 *
 * @param outcome with the status, and the error if there is one
 */
export function withoutDestination({ status, error }: JsonObject): PoisonRecordError {
  const described = typeof error === "object" && error !== null && "message" in error;
  // The log gets the error's name only: its message may quote the message's expressions or the name of its secret.
  const logMessage = `the poll ended as ${String(status)}${described ? nameOf(error) : ""}`;
  const reason = described ? String(error.message) : logMessage;
  return new PoisonRecordError(reason, { status: String(status), logMessage });
}

function nameOf(error: object): string {
  const name = "name" in error ? String(error.name) : "";
  return /^[A-Za-z]\w{0,63}$/.test(name) ? `: ${name}` : "";
}
