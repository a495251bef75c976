import middy from "@middy/core";
import inputOutputLogger from "@middy/input-output-logger";
import sqsPartialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { Context, SQSEvent } from "aws-lambda";
import { eachRecord } from "../../lib/each-record.ts";
import { createFence } from "../../lib/fence.ts";
import { createAddressGuard } from "../../lib/http/address-guard.ts";
import { createGuardedAgents } from "../../lib/http/guarded-agents.ts";
import { createHostPauses } from "../../lib/http/host-pauses.ts";
import { createLogger } from "../../lib/log.ts";
import { nextPollMessage } from "../../lib/poll-message/next-message.ts";
import { createSecretReader } from "../../lib/secrets/secret-reader.ts";
import { awsSecretStore } from "../../lib/secrets/secret-store.ts";
import { createSqsClient } from "../../lib/sqs/client.ts";
import { dynamoDbTable } from "../../lib/store/dynamodb-table.ts";
import { deadLetterPoison } from "../../middleware/dead-letter-poison.ts";
import { decideOutcomes } from "../../middleware/decide-outcomes.ts";
import { deliverOutcomes } from "../../middleware/deliver-outcomes.ts";
import { failureBackoff } from "../../middleware/failure-backoff.ts";
import { giveBackLeases } from "../../middleware/give-back-leases.ts";
import { requeuePending } from "../../middleware/requeue-pending.ts";
import { readEnvironment } from "./environment.ts";
import { hostLanes } from "./host-lanes.ts";
import { logEventAndResponse, logFailure } from "./log-lines.ts";
import { pollRecord } from "./poll-record.ts";

const environment = readEnvironment(process.env);
const { queueUrl, deadLetterQueueUrl, outcomeQueueUrl, tableName, concurrency } = environment;
const logger = createLogger(environment.logLevel);
const client = createSqsClient(process.env);
const fence = tableName ? createFence({ table: dynamoDbTable({ tableName }), logger }) : undefined;
const ports = {
  agents: createGuardedAgents(createAddressGuard(environment)),
  secrets: { reader: createSecretReader(awsSecretStore()), allowed: environment.allowSecrets },
  fence,
  now: Date.now,
  random: Math.random,
};
const lanes = hostLanes(environment.hostConcurrency);

// After-hooks run from the last to the first: requeue, decide, deliver, give back, dead-letter, back off, report, log.
export const handler = middy()
  .use(inputOutputLogger({ logger: logEventAndResponse(logger) }))
  .use(sqsPartialBatchFailure({ logger: logFailure(logger) }))
  .use(failureBackoff({ queueUrl, client, logger }))
  .use(deadLetterQueueUrl ? deadLetterPoison({ queueUrl: deadLetterQueueUrl, client, logger }) : [])
  .use(fence ? giveBackLeases({ fence, logger }) : [])
  .use(deliverOutcomes({ client, ...(outcomeQueueUrl && { queueUrl: outcomeQueueUrl }) }))
  .use(fence ? decideOutcomes({ fence }) : [])
  .use(requeuePending({ queueUrl, client, next: nextPollMessage() }))
  .handler((event: SQSEvent, context: Context) => {
    const poll = pollRecord({ ...ports, pauses: createHostPauses() });
    return eachRecord(poll, { concurrency, ...(lanes && { lanes }) })(event, context);
  });
