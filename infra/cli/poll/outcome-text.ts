import { formatSeconds } from "../duration.ts";
import { styled } from "../terminal/output.ts";
import { type ReceivedOutcome, resultOf, secondsTaken } from "../watch/received-outcome.ts";

/** An outcome as a person reads it, a line each. What a server said is printed as JSON: it may hold anything. */
export function describeOutcome(outcome: ReceivedOutcome): string[] {
  const { status, retryCount, error, response } = outcome;
  const colour = status === "succeeded" ? "green" : "red";
  const retries = `${retryCount} ${retryCount === 1 ? "retry" : "retries"}`;
  const result = resultOf(outcome);
  return [
    `${styled(colour, status)} after ${retries}, ${formatSeconds(Math.round(secondsTaken(outcome)))}`,
    ...(error === undefined ? [] : [`reason: ${error.message.replace(/\s+/g, " ")}`]),
    ...(response?.status === undefined ? [] : [`status: ${response.status}`]),
    ...(result === undefined ? [] : [JSON.stringify(result, undefined, 2)]),
  ];
}
