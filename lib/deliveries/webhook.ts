import { createHash } from "node:crypto";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { isJsonObject, type JsonObject, toJson } from "../json/json.ts";
import { DELIVERED_FOR_MS, MAX_BOOKKEEPING_BYTES, MAX_MESSAGE_BYTES } from "../limits.ts";
import type { WrittenOutcome } from "../outcome/outcome-json.ts";
import { sendMessages } from "../sqs/batch-calls.ts";
import { defaultSqsClient } from "../sqs/client.ts";
import type { Delivery } from "./delivery.ts";
import type { Webhook } from "./destination.ts";
import { ofQueue } from "./queue.ts";

/** What the delivery to a webhook needs beyond its receiver. */
export interface WebhookPorts {
  /** `undefined`: the client that all middlewares share. */
  readonly sqs: SQSClient | undefined;
  /** The poll queue. */
  readonly pollQueueUrl: string;
  /** The clock, in epoch ms. */
  readonly now: () => number;
}

/**
 * How the response of the receiver is judged: 2xx is success, 410 says that the receiver is gone, and everything else
 * is asked again (Standard Webhooks, "Deliverability and reliability").
 */
const UNTIL = {
  pending: "(status < `200` || status > `299`) && status != `410`",
  failure: "status == `410`",
  success: "status >= `200` && status <= `299`",
} as const;

/** From 5 seconds to an hour: about 80 attempts in three days. */
const SCHEDULE = {
  delaySeconds: 5,
  backoff: { rate: 2, maxDelaySeconds: 3600, jitter: "equal" },
  maxRetries: 1000,
  maxErrors: 1000,
} as const;

/**
 * Delivers outcomes to a webhook: each delivery is a poll of its own, whose request is the POST of the outcome. The
 * message goes to the poll queue, so the poller sees it through, with backoff, Retry-After and the guard.
 */
export function webhook(receiver: Webhook, { sqs, pollQueueUrl, now }: WebhookPorts): Delivery {
  const message = (outcome: WrittenOutcome) => toJson(webhookPoll(receiver, outcome, now()));
  return {
    maxBytes: MAX_MESSAGE_BYTES,
    fits: (json, outcome) =>
      Buffer.byteLength(message({ outcome, json })) <= MAX_MESSAGE_BYTES - MAX_BOOKKEEPING_BYTES,
    async deliver(outcomes, options) {
      const messages = outcomes.map((outcome) => ({
        body: message(outcome),
        traceHeader: outcome.traceHeader,
      }));
      const client = sqs ?? defaultSqsClient();
      const results = await sendMessages(client, pollQueueUrl, messages, options);
      return results.map((result) => result && ofQueue(result));
    },
  };
}

/**
 * The poll message that delivers an outcome. `delivery` marks it: the end of such a poll is never delivered anywhere.
 * The same outcome for the same receiver always has the same pollId, so the fence drops a second copy.
 */
function webhookPoll(
  { url, secret, headers = {}, traceparent }: Webhook,
  { outcome, json }: WrittenOutcome,
  now: number,
): JsonObject {
  const { outcomeId, pollId } = outcome;
  const digest = createHash("sha256")
    .update(JSON.stringify([url, secret, headers, json]))
    .digest("hex");
  const id = isHeaderValue(outcomeId) ? outcomeId : digest;
  return {
    pollId: `webhook-${digest.slice(0, 40)}`,
    delivery: { outcomeId: id, ...(isShort(pollId) ? { pollId } : {}) },
    request: {
      url,
      method: "POST",
      headers: { ...others(headers), "content-type": "application/json", "webhook-id": id },
      // As a text, so that the receiver gets the bytes of every other delivery, however deep the outcome nests.
      body: json,
      ...(secret === undefined ? {} : { auth: { secret, as: "webhook" } }),
      ...(traceparent === undefined ? {} : { traceparent }),
    },
    until: UNTIL,
    ...SCHEDULE,
    expiresAt: new Date(now + DELIVERED_FOR_MS).toISOString(),
  };
}

/** Outcomes of a composer's own handler have ids of any form. */
function isHeaderValue(id: unknown): id is string {
  return isShort(id) && /^[\x21-\x7e]+$/.test(id);
}

function isShort(id: unknown): id is string {
  return typeof id === "string" && id.length <= 256;
}

/** The receiver's headers, without those that describe the delivery itself. */
function others(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !OWN_HEADERS.has(name.toLowerCase())),
  );
}

const OWN_HEADERS = new Set(["content-type", "webhook-id"]);

/** Whether a body is the poll that delivers an outcome. */
export function isDeliveryPoll(body: JsonObject | undefined): boolean {
  return isJsonObject(body?.delivery);
}

/** The outcome that such a poll delivers, as JSON. */
export function deliveredOutcome(body: JsonObject | undefined): string | undefined {
  const request = body?.request;
  return isJsonObject(request) && typeof request.body === "string" ? request.body : undefined;
}
