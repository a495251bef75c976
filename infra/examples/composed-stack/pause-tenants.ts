import type middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import { held, type SettledRecord } from "request-poller";
import { parseReportMessage } from "./report-message.ts";

/**
 * A custom middleware: a pending record of a paused tenant comes back only when the pause is over. It is added after
 * `requeuePending`, so that its after-hook runs first. Other results pass through unchanged.
 *
 * @param pausedUntil the end of a tenant's pause in epoch ms, or `undefined` when it is not paused
 */
export function pauseTenants(
  pausedUntil: (tenant: string) => number | undefined,
  now: () => number = Date.now,
): middy.MiddlewareObj<SQSEvent, SettledRecord[]> {
  const pause = (settled: SettledRecord, body: string): SettledRecord => {
    if (settled.status === "rejected" || settled.value.kind !== "pending") return settled;
    const until = pausedUntil(parseReportMessage(body).tenant);
    if (until === undefined) return settled;
    // A held record uses no retry: a pause is not a failed attempt.
    return { ...settled, value: held({ delaySeconds: Math.max(0, until - now()) / 1000 }) };
  };
  return {
    after: (request) => {
      const { Records } = request.event;
      request.response = request.response?.map((settled, place) =>
        pause(settled, Records[place]?.body ?? ""),
      );
    },
  };
}
