import type { RequestMeasurements } from "../../lib/metrics/request-measurements.ts";
import type { PollPorts } from "./poll-record.ts";

/** Measures the duration and status of each request. An aborted request is not measured. */
export function measuredSend(
  send: PollPorts["send"],
  requests: RequestMeasurements,
  now: () => number,
): PollPorts["send"] {
  return async (request, bounds) => {
    const startedAt = now();
    const answer = await send(request, bounds);
    if (answer.kind !== "aborted") {
      const response = "response" in answer ? answer.response : undefined;
      requests.note(now() - startedAt, response?.status);
    }
    return answer;
  };
}
