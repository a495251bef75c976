import type { Asked } from "../../lib/batch/record-result.ts";
import type { ErrorDescription, HttpAnswer } from "../../lib/http/http-request.ts";

/** What the poll's history says of a request. An aborted one says nothing of the server. */
export function askedBy(
  answer: HttpAnswer,
  at: number,
  answeredAt: number,
): { asked: Asked } | undefined {
  if (answer.kind === "aborted") return undefined;
  const response = "response" in answer ? answer.response : undefined;
  return {
    asked: {
      at,
      latencyMs: answeredAt - at,
      ...(response && { status: response.status }),
      ...("error" in answer && { error: shortName(answer.error) }),
    },
  };
}

/** An error of the network has no name of its own: its message holds a code, as in `connect ECONNREFUSED 127.0.0.1:80`. */
function shortName({ name, message }: ErrorDescription): string {
  const isNameless = name === "Error" || name === "AggregateError";
  return isNameless ? (/\bE[A-Z]{3,}\b/.exec(message)?.[0] ?? name) : name;
}
