import type { SQSClient } from "@aws-sdk/client-sqs";
import type middy from "@middy/core";
import type { SQSEvent } from "aws-lambda";
import * as z from "zod/mini";
import { hookSignal } from "../lib/batch/hook-signal.ts";
import { PoisonRecordError } from "../lib/batch/record-result.ts";
import { sendEach } from "../lib/batch/send-each.ts";
import type { BatchRequest } from "../lib/batch/settled-results.ts";
import { type HookBatch, stackHooks } from "../lib/batch/stack-hooks.ts";
import { DESTINATIONS } from "../lib/deliveries/destinations.ts";
import { type AnyLogger, log, loggerOption } from "../lib/log/logger.ts";
import { checkOptions } from "../lib/options/check-options.ts";
import { clientOption, queueUrlOption } from "../lib/options/option-schemas.ts";
import { endedBadly } from "../lib/outcome/outcome.ts";
import { fitOutcome } from "../lib/outcome/outcome-json.ts";

const name = "deliverOutcomes";

/** Options of {@link deliverOutcomes}. */
export interface DeliverOutcomesOptions {
  /** The outcome queue. Without it, a poll that succeeded is acknowledged, and any other becomes a dead letter. */
  readonly queueUrl?: string;
  /** `@default` a client with the SDK's standard settings, shared by all middlewares of this package */
  readonly client?: SQSClient;
  /** Logs mistakes in the order of the stack. `@default` writes a line of JSON */
  readonly logger?: AnyLogger;
}

const defaults = { logger: log } satisfies Partial<DeliverOutcomesOptions>;

const optionSchema = z.strictObject({
  queueUrl: z.optional(queueUrlOption),
  client: clientOption,
  logger: loggerOption,
});

/**
 * Delivers the outcome of each record that completed with one, before the record is acknowledged.
 *
 * Without an outcome queue, a record whose outcome has the status `failed`, `exhausted` or `expired` is rejected with
 * a {@link PoisonRecordError}; `deadLetterPoison` sends it to the dead-letter queue with that status.
 *
 * If SQS refuses a record's outcome, only that record is rejected. An outcome that is too large for a message is
 * shortened, and says what was left out. Never throws for a record.
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
  const { queueUrl, client, logger } = {
    ...defaults,
    ...checkOptions(name, optionSchema, options),
  };

  const delivery = queueUrl === undefined ? undefined : DESTINATIONS.queue.create(queueUrl, client);

  const after = async (results: HookBatch, request: BatchRequest) => {
    const ended = results
      .fulfilled("completed")
      .flatMap(({ record, result: { outcome, json } }) =>
        outcome === undefined ? [] : [{ record, outcome, json }],
      );

    if (delivery === undefined) {
      for (const { record, outcome } of ended) {
        try {
          if (endedBadly(outcome)) results.reject(record, deadLetterReason(outcome));
          else results.noteStored(record);
        } catch (error) {
          results.reject(record, error);
        }
      }
      return;
    }
    await sendEach(ended, {
      plan: ({ outcome, json }) => ({
        outcome,
        json: fitOutcome(outcome, delivery.maxBytes, json),
      }),
      send: (outcomes) => delivery.deliver(outcomes, { signal: hookSignal(request.context) }),
      sent: ({ record }) => results.noteStored(record),
      refused: ({ record }, reason) => results.reject(record, reason),
    });
  };

  return stackHooks({ name, queueUrl }, { after, logger });
}

function deadLetterReason(outcome: { readonly status?: unknown; readonly error?: unknown }) {
  const { status, error } = outcome;
  const described = typeof error === "object" && error !== null && "message" in error;
  // The log gets the error's name only: its message may quote the message's expressions or the name of its secret.
  const logMessage = `the poll ended as ${String(status)}${described ? nameOf(error) : ""}`;
  const reason = described ? String(error.message) : logMessage;
  return new PoisonRecordError(reason, { status: String(status), logMessage });
}

function nameOf(error: object): string {
  const name = "name" in error ? String(error.name) : "";
  return /^[A-Za-z]\w{0,63}$/.test(name) ? `: ${name}` : "";
}
