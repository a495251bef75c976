import type { Outcome } from "../../../lib/outcome/outcome.ts";
import { formatSeconds } from "../duration.ts";
import { styled } from "../terminal/output.ts";
import { parseOutcome, resultOf, secondsTaken } from "../watch/received-outcome.ts";

/** Formats an outcome for people, one line per entry. A result that is text is shown as it is. */
export function describeOutcome(outcome: Outcome): string[] {
  const { status, retryCount, error, response, resultUrl } = outcome;
  const colour = status === "succeeded" ? "green" : "red";
  const retries = `${retryCount} ${retryCount === 1 ? "retry" : "retries"}`;
  const result = resultOf(outcome);
  return [
    `${styled(colour, status)} after ${retries}, ${formatSeconds(Math.round(secondsTaken(outcome)))}`,
    ...(error === undefined ? [] : [`reason: ${error.message.replace(/\s+/g, " ")}`]),
    ...(error?.reason === undefined ? [] : [`the API says: ${JSON.stringify(error.reason)}`]),
    ...(resultUrl === undefined ? [] : [`result of: ${resultUrl}`]),
    ...(response?.status === undefined ? [] : [`status: ${response.status}`]),
    ...(result === undefined ? [] : [resultText(result)]),
  ];
}

/** Formats the text of a message in the outcome queue. What is not the outcome of a poll stays as it is. */
export function describeQueued(body: string): string {
  let outcome: Outcome;
  try {
    outcome = parseOutcome(body);
  } catch {
    return body;
  }
  const [head = "", ...rest] = describeOutcome(outcome);
  return [`${outcome.pollId}: ${head}`, ...rest.map((line) => line.replace(/^/gm, "  "))].join(
    "\n",
  );
}

/** The output is guarded: control characters in a text are escaped there. */
function resultText(result: unknown): string {
  return typeof result === "string" ? result : JSON.stringify(result, undefined, 2);
}
