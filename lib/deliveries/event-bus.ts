import type { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import type { JsonObject } from "../json/json.ts";
import { MAX_BATCH_EVENTS, MAX_EVENT_BYTES } from "../limits.ts";
import { onceLoaded } from "../once-loaded.ts";
import { callInBatches } from "./batched-calls.ts";
import type { Delivery } from "./delivery.ts";
import { refusals } from "./refusal.ts";

/** The `source` of every event. */
const EVENT_SOURCE = "request-poller";

/**
 * `Poll Succeeded`, `Poll Failed`, `Poll Exhausted`, `Poll Expired` or `Poll Cancelled`; for a group, `Group Succeeded` or
 * `Group Failed`.
 */
function detailTypeOf({ status, groupId }: JsonObject): string {
  const name = typeof status === "string" && /^[a-z]{1,32}$/.test(status) ? status : "completed";
  const what = groupId === undefined ? "Poll" : "Group";
  return `${what} ${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The size of the longest `source` and `detail-type`, which count against an event's limit. */
const ENVELOPE_BYTES = 64;

/** The largest outcome that an event has room for. */
export const MAX_EVENT_OUTCOME_BYTES = MAX_EVENT_BYTES - ENVELOPE_BYTES;

/** Amazon EventBridge API Reference, PutEventsResultEntry and PutEvents: the errors that are not worth a retry. */
const refusal = refusals("EventBridge", [
  "InvalidAccountId",
  "InvalidArgument",
  "MalformedDetail",
  "NotAuthorizedForDetailType",
  "NotAuthorizedForSource",
  "ResourceNotFound",
  "Validation",
]);

/**
 * Delivers outcomes to an event bus of EventBridge, ten per call: the outcome is the event's `detail`.
 *
 * @param bus its name or ARN
 * @param client `@default` one with the SDK's standard settings, which all buses share
 */
export function eventBus(bus: string, client?: EventBridgeClient): Delivery {
  return {
    maxBytes: MAX_EVENT_OUTCOME_BYTES,
    deliver: (outcomes, { signal }) =>
      callInBatches(
        outcomes,
        { maxEntries: MAX_BATCH_EVENTS, maxBytes: MAX_EVENT_BYTES },
        ({ json }) => Buffer.byteLength(json) + ENVELOPE_BYTES,
        async (batch) => {
          const { PutEventsCommand, shared } = await loaded();
          const command = new PutEventsCommand({
            Entries: batch.map(({ outcome, json, traceHeader }) => ({
              EventBusName: bus,
              Source: EVENT_SOURCE,
              DetailType: detailTypeOf(outcome),
              Detail: json,
              TraceHeader: traceHeader,
            })),
          });
          const options = signal === undefined ? {} : { abortSignal: signal };
          const { Entries = [] } = await (client ?? shared).send(command, options);
          return batch.map((_, index) => {
            const { EventId, ErrorCode, ErrorMessage } = Entries[index] ?? {};
            if (EventId !== undefined && ErrorCode === undefined) return undefined;
            return refusal.ofEntry({ code: ErrorCode, message: ErrorMessage });
          });
        },
        refusal.ofCall,
      ),
  };
}

const loaded = onceLoaded(async () => {
  const sdk = await import("./event-bus-sdk.ts");
  return { ...sdk, shared: sdk.createEventBridgeClient() };
});
