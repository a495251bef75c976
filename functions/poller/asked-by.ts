import type { Asked } from "../../lib/batch/record-result.ts";
import type { HttpAnswer } from "../../lib/http/http-request.ts";

/** What the poll's history says of a request. An aborted one says nothing of the server. */
export function askedBy(
  answer: HttpAnswer,
  at: number,
  answeredAt: number,
): { asked: Asked } | undefined {
  if (answer.kind === "aborted") return undefined;
  const response = "response" in answer ? answer.response : undefined;
  // Node names each error of the network Error: only its code says which.
  const code = "code" in answer ? answer.code : undefined;
  return {
    asked: {
      at,
      latencyMs: answeredAt - at,
      ...(response && { status: response.status }),
      ...("error" in answer && { error: code ?? answer.error.name }),
    },
  };
}
