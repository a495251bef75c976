import { SendTaskFailureCommand, SendTaskSuccessCommand, SFNClient } from "@aws-sdk/client-sfn";
import { AWS_CALL_LIMITS } from "../limits.ts";

// All uses of Step Functions' SDK are in this file, which is loaded with the first outcome for a task.
export { SendTaskFailureCommand, SendTaskSuccessCommand };

/** Makes a client with the SDK's standard settings, `AWS_ENDPOINT_URL_SFN` included. */
export function createSfnClient(): SFNClient {
  return new SFNClient(AWS_CALL_LIMITS);
}
