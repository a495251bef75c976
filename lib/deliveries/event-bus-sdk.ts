import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { AWS_CALL_LIMITS } from "../limits.ts";

// All uses of EventBridge's SDK are in this file, which is loaded with the first outcome for an event bus.
export { PutEventsCommand };

/** Makes a client with the SDK's standard settings, `AWS_ENDPOINT_URL_EVENTBRIDGE` included. */
export function createEventBridgeClient(): EventBridgeClient {
  return new EventBridgeClient(AWS_CALL_LIMITS);
}
