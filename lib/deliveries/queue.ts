import type { SQSClient } from "@aws-sdk/client-sqs";
import { MAX_MESSAGE_BYTES } from "../limits.ts";
import type { WrittenOutcome } from "../outcome/outcome-json.ts";
import { type SqsRefusalError, sendMessages } from "../sqs/batch-calls.ts";
import { defaultSqsClient } from "../sqs/client.ts";
import type { OutgoingMessage } from "../sqs/outgoing-message.ts";
import type { Delivery } from "./delivery.ts";
import { MAX_OUTCOME_ATTRIBUTES_BYTES, outcomeAttributes } from "./outcome-attributes.ts";
import { refusals } from "./refusal.ts";

/** Attributes count against the message's limit: this leaves room for the largest possible ones. */
export const MAX_QUEUED_OUTCOME_BYTES = MAX_MESSAGE_BYTES - MAX_OUTCOME_ATTRIBUTES_BYTES;

/** Amazon SQS API Reference, SendMessageBatch and SendMessage: the errors that are not worth a retry. */
const refusal = refusals("SQS", [
  "InvalidAddress",
  "InvalidMessageContents",
  "InvalidSecurity",
  "NonExistentQueue",
  "QueueDoesNotExist",
  "UnsupportedOperation",
]);

/**
 * Delivers outcomes to an SQS queue, ten per call.
 *
 * @param client `undefined`: the client that all middlewares share
 */
export function queue(queueUrl: string, client: SQSClient | undefined): Delivery {
  return {
    maxBytes: MAX_QUEUED_OUTCOME_BYTES,
    async deliver(outcomes, options) {
      const messages = outcomes.map(outcomeMessage);
      const results = await sendMessages(client ?? defaultSqsClient(), queueUrl, messages, options);
      return results.map((result) => result && ofQueue(result));
    },
  };
}

/** A refusal by SQS, told as final where it will come each time. */
export function ofQueue(refused: SqsRefusalError): Error {
  const described = refusal.ofCall(refused);
  return described.isFinal ? described : refused;
}

/** Makes the message that delivers an outcome. */
export function outcomeMessage({ outcome, json, traceHeader }: WrittenOutcome): OutgoingMessage {
  return { body: json, attributes: outcomeAttributes(outcome), traceHeader };
}
