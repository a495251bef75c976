import type { SNSClient } from "@aws-sdk/client-sns";
import { MAX_BATCH_ENTRIES, MAX_TOPIC_MESSAGE_BYTES } from "../limits.ts";
import { onceLoaded } from "../once-loaded.ts";
import { callInBatches } from "./batched-calls.ts";
import type { Delivery } from "./delivery.ts";
import { MAX_OUTCOME_ATTRIBUTES_BYTES, outcomeAttributes } from "./outcome-attributes.ts";
import { refusals } from "./refusal.ts";

/** Message attributes count against the message's limit: this leaves room for the largest possible ones. */
const MAX_TOPIC_OUTCOME_BYTES = MAX_TOPIC_MESSAGE_BYTES - MAX_OUTCOME_ATTRIBUTES_BYTES;

/** Amazon SNS API Reference, PublishBatch: the errors that are not worth a retry. */
const refusal = refusals("SNS", [
  "AuthorizationError",
  "InvalidParameter",
  "InvalidParameterValue",
  "InvalidSecurity",
  "NotFound",
  "Validation",
]);

/**
 * Delivers outcomes to an SNS topic, ten per call. Subscriptions can filter by the message attributes `status` and
 * `pollId`.
 *
 * @param topicArn the topic may be in another region
 * @param client `@default` one with the SDK's standard settings, which all topics of the region share
 */
export function topic(topicArn: string, client?: SNSClient): Delivery {
  return {
    maxBytes: MAX_TOPIC_OUTCOME_BYTES,
    deliver: (outcomes, { signal }) =>
      callInBatches(
        outcomes,
        { maxEntries: MAX_BATCH_ENTRIES, maxBytes: MAX_TOPIC_MESSAGE_BYTES },
        ({ json }) => Buffer.byteLength(json) + MAX_OUTCOME_ATTRIBUTES_BYTES,
        async (batch) => {
          const { PublishBatchCommand, clientIn } = await loaded();
          const command = new PublishBatchCommand({
            TopicArn: topicArn,
            PublishBatchRequestEntries: batch.map(({ outcome, json }, index) => ({
              Id: String(index),
              Message: json,
              MessageAttributes: outcomeAttributes(outcome),
            })),
          });
          const options = signal === undefined ? {} : { abortSignal: signal };
          const sns = client ?? clientIn(regionOf(topicArn));
          const { Successful = [], Failed = [] } = await sns.send(command, options);
          const accepted = new Set(Successful.map(({ Id }) => Id));
          const failed = new Map(Failed.map((entry) => [entry.Id, entry]));
          return batch.map((_, index) => {
            if (accepted.has(String(index))) return undefined;
            const { Code, Message } = failed.get(String(index)) ?? {};
            return refusal.ofEntry({ code: Code, message: Message });
          });
        },
        refusal.ofCall,
      ),
  };
}

function regionOf(topicArn: string): string {
  return topicArn.split(":")[3] ?? "";
}

const loaded = onceLoaded(async () => {
  const { PublishBatchCommand, createSnsClient } = await import("./topic-sdk.ts");
  const clients = new Map<string, SNSClient>();
  const clientIn = (region: string): SNSClient => {
    const client = clients.get(region) ?? createSnsClient(region);
    clients.set(region, client);
    return client;
  };
  return { PublishBatchCommand, clientIn };
});
