import type middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import { held, type SettledRecord } from "request-poller";
import { parseReportMessage } from "./report-message.ts";

/**
 * A middleware of our own: what is pending for a tenant that is paused comes back only when the pause is over. It
 * stands after `requeuePending`, so that its hook runs before; a result that it leaves alone goes on as it is.
 *
 * @param pausedUntil when a tenant's pause is over, in epoch ms; `undefined`: it is not paused
 */
export function pauseTenants(
  pausedUntil: (tenant: string) => number | undefined,
  now: () => number = Date.now,
): middy.MiddlewareObj<SQSEvent, SettledRecord[]> {
  const pause = (settled: SettledRecord, body: string): SettledRecord => {
    if (settled.status === "rejected" || settled.value.kind !== "pending") return settled;
    const until = pausedUntil(parseReportMessage(body).tenant);
    if (until === undefined) return settled;
    // A held record uses no retry: the tenant's pause is nobody's failure.
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
