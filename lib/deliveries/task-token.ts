import type { SFNClient } from "@aws-sdk/client-sfn";
import pLimit from "p-limit";
import type { JsonObject } from "../json/json.ts";
import { MAX_TASK_CAUSE_BYTES, MAX_TASK_OUTPUT_BYTES } from "../limits.ts";
import { onceLoaded } from "../once-loaded.ts";
import type { WrittenOutcome } from "../outcome/outcome-json.ts";
import type { Delivery, DeliveryCall } from "./delivery.ts";
import { refusals } from "./refusal.ts";

/** AWS Step Functions API Reference, SendTaskSuccess and SendTaskFailure: the errors that are not worth a retry. */
const refusal = refusals("Step Functions", [
  "InvalidOutput",
  "InvalidToken",
  "TaskDoesNotExist",
  "TaskTimedOut",
  "Validation",
]);

/** Shared by all tokens: each of a batch's outcomes has its own. */
const limitCalls = pLimit(10);

/**
 * Delivers an outcome to the task of Step Functions that waits for the token: `SendTaskSuccess` with the outcome as
 * output for a poll that succeeded, `SendTaskFailure` with its status as error name and the outcome as cause for any
 * other.
 *
 * @param client `@default` one with the SDK's standard settings, which all tokens share
 */
export function taskToken(token: string, client?: SFNClient): Delivery {
  return {
    maxBytes: MAX_TASK_OUTPUT_BYTES,
    fits: (json, outcome) =>
      hasSucceeded(outcome) || Buffer.byteLength(json) <= MAX_TASK_CAUSE_BYTES,
    deliver: (outcomes, call) =>
      Promise.all(
        outcomes.map((outcome) =>
          limitCalls(() => tell(token, outcome, client, call)).catch(refusal.ofCall),
        ),
      ),
  };
}

async function tell(
  taskToken: string,
  { outcome, json }: WrittenOutcome,
  client: SFNClient | undefined,
  { signal }: DeliveryCall,
): Promise<undefined> {
  const { SendTaskSuccessCommand, SendTaskFailureCommand, shared } = await loaded();
  const sfn = client ?? shared;
  const options = signal === undefined ? {} : { abortSignal: signal };
  if (hasSucceeded(outcome)) {
    await sfn.send(new SendTaskSuccessCommand({ taskToken, output: json }), options);
  } else {
    const error = String(outcome.status);
    await sfn.send(new SendTaskFailureCommand({ taskToken, error, cause: json }), options);
  }
}

function hasSucceeded({ status }: JsonObject): boolean {
  return status === "succeeded";
}

const loaded = onceLoaded(async () => {
  const sdk = await import("./task-token-sdk.ts");
  return { ...sdk, shared: sdk.createSfnClient() };
});
