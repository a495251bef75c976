import { randomUUID } from "node:crypto";
import middy from "@middy/core";
import inputOutputLogger from "@middy/input-output-logger";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import { eachRecord } from "../../lib/each-record.ts";
import { createAddressGuard } from "../../lib/http/address-guard.ts";
import { createGuardedAgents } from "../../lib/http/guarded-agents.ts";
import { createLogger } from "../../lib/log.ts";
import { nextPollMessage } from "../../lib/poll-message/next-message.ts";
import { createSqsClient } from "../../lib/sqs/client.ts";
import { deadLetterPoison } from "../../middleware/dead-letter-poison.ts";
import { deliverOutcomes } from "../../middleware/deliver-outcomes.ts";
import { failureBackoff } from "../../middleware/failure-backoff.ts";
import { requeuePending } from "../../middleware/requeue-pending.ts";
import { readEnvironment } from "./environment.ts";
import { logEventAndResponse, logFailure } from "./log-lines.ts";
import { pollRecord } from "./poll-record.ts";

const environment = readEnvironment(process.env);
const { queueUrl, deadLetterQueueUrl, outcomeQueueUrl, concurrency } = environment;
const logger = createLogger(environment.logLevel);
const client = createSqsClient(process.env);
const agents = createGuardedAgents(createAddressGuard(environment));

// After-hooks run from the last to the first: requeue, deliver, dead-letter, back off, report, log.
export const handler = middy()
  .use(inputOutputLogger({ logger: logEventAndResponse(logger) }))
  .use(sqsPartialBatchFailure({ logger: logFailure(logger) }))
  .use(failureBackoff({ queueUrl, client, logger }))
  .use(deadLetterQueueUrl ? deadLetterPoison({ queueUrl: deadLetterQueueUrl, client, logger }) : [])
  .use(deliverOutcomes({ client, ...(outcomeQueueUrl && { queueUrl: outcomeQueueUrl }) }))
  .use(requeuePending({ queueUrl, client, next: nextPollMessage(randomUUID) }))
  .handler(eachRecord(pollRecord({ agents, now: Date.now, random: Math.random }), { concurrency }));
