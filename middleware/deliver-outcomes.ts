import type { SQSClient } from "@aws-sdk/client-sqs";
import type middy from "@middy/core";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import * as z from "zod/mini";
import { hookSignal } from "../lib/batch/hook-signal.ts";
import { maskError } from "../lib/batch/logged-fields.ts";
import { receiveCountOf } from "../lib/batch/poll-facts.ts";
import { recordFacts } from "../lib/batch/record-facts.ts";
import { type Completed, completed, held, PoisonRecordError } from "../lib/batch/record-result.ts";
import { sendEach } from "../lib/batch/send-each.ts";
import type { BatchRequest } from "../lib/batch/settled-results.ts";
import { type HookBatch, stackHooks } from "../lib/batch/stack-hooks.ts";
import { type AfterDelivery, afterDelivery } from "../lib/deliveries/after-delivery.ts";
import { afterWebhook } from "../lib/deliveries/after-webhook.ts";
import {
  type Deliverable,
  type DeliverEachOptions,
  deliverEach,
  outcomeForLetter,
} from "../lib/deliveries/deliver-each.ts";
import { type DestinationClients, deliveryTo } from "../lib/deliveries/destinations.ts";
import { isDeliveryPoll } from "../lib/deliveries/webhook.ts";
import { withoutDestination } from "../lib/deliveries/without-destination.ts";
import { type JsonObject, toJson } from "../lib/json/json.ts";
import { MAX_MESSAGE_BYTES, MAX_REASON_BYTES } from "../lib/limits.ts";
import { type AnyLogger, log, loggerOption, tellLogger } from "../lib/log/logger.ts";
import { checkOptions } from "../lib/options/check-options.ts";
import {
  awsClientOption,
  clientOption,
  functionOption,
  queueUrlOption,
} from "../lib/options/option-schemas.ts";
import { endedBadly } from "../lib/outcome/outcome-status.ts";
import type { OutcomeStore } from "../lib/outcome/outcome-store.ts";
import { storeOption } from "../lib/outcome/outcome-store-option.ts";
import { destinationsIn, refuseForbidden, undeliveredIn } from "../lib/poll/message/deliver.ts";
import { type NextBody, nextBody } from "../lib/poll/message/next.ts";
import { planRedelivery } from "../lib/poll/redeliver.ts";
import { sendMessages } from "../lib/sqs/batch-calls.ts";
import { defaultSqsClient } from "../lib/sqs/client.ts";
import { attributesSize, attributesToSend } from "../lib/sqs/message-attributes.ts";
import { traceHeaderOf } from "../lib/sqs/trace.ts";

const name = "deliverOutcomes";

/** The attributes that a dead letter adds: its reason and its status. */
const LETTER_ATTRIBUTES_BYTES = MAX_REASON_BYTES + 256;

/** Options of {@link deliverOutcomes}. */
export interface DeliverOutcomesOptions {
  /** The outcome queue. Without it, a poll that succeeded is acknowledged, and any other becomes a dead letter. */
  readonly queueUrl?: string;
  /**
   * The destinations that a record's `deliver` may name, as in `POLL_ALLOW_DELIVERIES`; or a function that gives the
   * current ones. `@default` the field `deliver` is not read
   */
  readonly allow?: readonly string[] | (() => readonly string[]);
  /**
   * The queue that the records come from. An outcome that was refused for now goes back there with what is left to do.
   * `@default` its record is rejected instead
   */
  readonly pollQueueUrl?: string;
  /** Stores outcomes that are too large for a destination. `@default` they are shortened for that destination */
  readonly store?: OutcomeStore;
  /** Makes the body of a message that goes back. `@default` as in `requeuePending` */
  readonly next?: NextBody;
  /** `@default` a client with the SDK's standard settings, shared by all middlewares of this package */
  readonly client?: SQSClient;
  /** Clients of the other services. `@default` ones with the SDK's standard settings, loaded when first needed */
  readonly clients?: DestinationClients;
  /** Logs mistakes in the order of the stack, and refused deliveries. `@default` writes a line of JSON */
  readonly logger?: AnyLogger;
  /** The clock, in epoch ms. `@default` Date.now */
  readonly now?: () => number;
  /** A number from 0 up to 1, for jitter. `@default` Math.random */
  readonly random?: () => number;
}

const defaults = {
  next: nextBody,
  logger: log,
  now: Date.now,
  random: Math.random,
} satisfies Partial<DeliverOutcomesOptions>;

const optionSchema = z.strictObject({
  queueUrl: z.optional(queueUrlOption),
  allow: z.optional(
    z.custom<DeliverOutcomesOptions["allow"]>(
      (value) => typeof value === "function" || Array.isArray(value),
      "must be a list of destinations, or a function that returns one",
    ),
  ),
  pollQueueUrl: z.optional(queueUrlOption),
  store: storeOption,
  next: functionOption<NextBody>(),
  client: clientOption,
  clients: z.optional(
    z.strictObject(
      { eventBridge: awsClientOption, sns: awsClientOption, sfn: awsClientOption },
      "must be an object of clients",
    ),
  ),
  logger: loggerOption,
  now: functionOption<() => number>(),
  random: functionOption<() => number>(),
});

/**
 * Delivers the outcome of each record that completed with one, before the record is acknowledged: to the destinations
 * that the record's `deliver` names, else to the outcome queue.
 *
 * Without an outcome queue, a record whose outcome has the status `failed`, `exhausted` or `expired` is rejected with
 * a `PoisonRecordError`; `deadLetterPoison` sends it to the dead-letter queue with that status.
 *
 * If a destination refuses a record's outcome, no other record and no other destination is affected. A refusal for now
 * makes the record come back, without another request to the API where it can. A refusal that will come each time makes
 * it a dead letter that holds the outcome. An outcome that is too large for its destination is shortened for that one,
 * and says what was left out. Never throws for a record.
 *
 * @throws {TypeError} at once, when an option is invalid or unknown
 *
 * @example
 * middy()
 *   .use(sqsPartialBatchFailure())
 *   .use(deliverOutcomes({ queueUrl: outcomeQueueUrl }))
 *   .use(requeuePending({ queueUrl }))
 *   .handler(eachRecord(handle));
 */
export function deliverOutcomes(
  options: DeliverOutcomesOptions = {},
): middy.MiddlewareObj<SQSEvent> {
  const { queueUrl, allow, pollQueueUrl, store, next, client, clients, logger, now, random } = {
    ...defaults,
    ...checkOptions(name, optionSchema, options),
  };
  if (Array.isArray(allow) && allow.includes("webhook") && pollQueueUrl === undefined) {
    throw new TypeError(
      `${name}: pollQueueUrl must be the poll queue's URL when allow has "webhook": the delivery to a webhook is a poll`,
    );
  }

  /** @throws {PoisonRecordError} when the record names a destination that it may not name */
  const addressed = (record: SQSRecord, result: Completed & Ended): Addressed => {
    const { body } = recordFacts(record);
    const named = allow === undefined ? undefined : destinationsIn(body);
    if (named !== undefined) {
      refuseForbidden(named, typeof allow === "function" ? allow() : (allow ?? []), pollQueueUrl);
    }
    const destinations = named ?? (queueUrl === undefined ? [] : [{ queueUrl }]);
    const { outcome, json } = result;
    const isNamed = named !== undefined;
    return {
      record,
      result,
      outcome,
      json,
      destinations,
      isNamed,
      traceHeader: traceHeaderOf(record),
    };
  };

  const decisionFor = (of: Addressed, refusals: readonly (Error | undefined)[]): AfterDelivery => {
    const { record, result, outcome, json, destinations, isNamed } = of;
    const { body } = recordFacts(record);
    const attempts = destinations.map((destination, place) => ({
      destination,
      refusal: refusals[place],
    }));
    return afterDelivery(attempts, {
      json: json ?? toJson(outcome),
      isNamed,
      isInTable: result.isInTable ?? false,
      receiveCount: receiveCountOf(record),
      undelivered: undeliveredIn(body),
      canRequeue: pollQueueUrl !== undefined && body !== undefined,
      now: now(),
      random,
    });
  };

  const after = async (results: HookBatch, request: BatchRequest) => {
    const signal = () => hookSignal(request.context);
    const deliverables: Addressed[] = [];
    for (const { record, result } of results.fulfilled("completed")) {
      if (!hasOutcome(result)) continue;
      try {
        if (allow !== undefined && isDeliveryPoll(recordFacts(record).body)) {
          endWebhook(results, record, result);
          continue;
        }
        const of = addressed(record, result);
        if (of.destinations.length > 0) deliverables.push(of);
        else if (endedBadly(of.outcome)) results.reject(record, withoutDestination(of.outcome));
        else results.noteUnaddressed(record);
      } catch (error) {
        results.reject(record, error);
      }
    }
    if (deliverables.length === 0) return;

    const ports = { sqs: client, clients, pollQueueUrl, now };
    const refusals = await deliverEach(deliverables, (to) => deliveryTo(to, ports), {
      signal: signal(),
      store,
    });
    const later: {
      readonly of: Addressed;
      readonly decision: AfterDelivery & { kind: "later" };
    }[] = [];
    const settle = async (of: Addressed, place: number): Promise<void> => {
      const { record } = of;
      try {
        const decision = decisionFor(of, refusals[place] ?? []);
        if (decision.kind === "delivered") results.noteStored(record);
        else if (decision.kind === "later") later.push({ of, decision });
        else if (decision.kind === "failed") results.reject(record, decision.reason);
        else {
          const options = { signal: signal(), store };
          results.reject(record, await fittedLetter(of, decision.reason, options));
        }
      } catch (error) {
        results.reject(record, error);
      }
    };
    await Promise.all(deliverables.map(settle));
    if (pollQueueUrl === undefined) return;
    await sendEach(later, {
      plan: ({ of, decision }) => planRedelivery(of.record, decision, of.isNamed, now(), next),
      send: (messages) =>
        sendMessages(client ?? defaultSqsClient(), pollQueueUrl, messages, { signal: signal() }),
      sent({ of: { record }, decision: { delaySeconds, reason, undelivered } }) {
        const value = { ...held({ delaySeconds }), deliveryRefused: true } as const;
        results.replace(record, { status: "fulfilled", value });
        results.noteStored(record);
        const message = "outcome not delivered, it is delivered again later";
        const { messageId } = record;
        const { attempts } = undelivered;
        const refusal = maskError(reason).name;
        tellLogger(logger, { level: "WARN", message, messageId, attempts, delaySeconds, refusal });
      },
      // The delivery was refused before its requeue was.
      refused: ({ of, decision }) => results.reject(of.record, decision.reason),
    });
  };

  return stackHooks({ name, queueUrl }, { after, logger });
}

/** By construction, the end of a poll that delivers an outcome is itself delivered nowhere. */
function endWebhook(results: HookBatch, record: SQSRecord, result: Completed & Ended): void {
  const { body } = recordFacts(record);
  const reason = afterWebhook(body, result.outcome, result.json);
  if (reason === undefined) {
    results.replace(record, { status: "fulfilled", value: completed() });
    results.noteStored(record);
  } else results.reject(record, reason);
}

/** The reason of a dead letter, with an outcome that fits beside the attributes of its record. */
async function fittedLetter(
  of: Addressed,
  { message, status, logMessage }: PoisonRecordError,
  options: DeliverEachOptions,
): Promise<PoisonRecordError> {
  const attributesBytes = attributesSize(attributesToSend(of.record.messageAttributes));
  const room = MAX_MESSAGE_BYTES - attributesBytes - LETTER_ATTRIBUTES_BYTES;
  const body = await outcomeForLetter(of, room, options);
  return new PoisonRecordError(message, { status, logMessage, body });
}

interface Ended {
  readonly outcome: JsonObject;
}

/** A record that completed with an outcome, and where the outcome goes. */
interface Addressed extends Deliverable {
  readonly record: SQSRecord;
  readonly result: Completed;
  /** Whether the record's `deliver` names the destinations. */
  readonly isNamed: boolean;
}

function hasOutcome(result: Completed): result is Completed & Ended {
  return result.outcome !== undefined;
}
