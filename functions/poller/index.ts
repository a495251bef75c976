import { randomUUID } from "node:crypto";
import { dynamoDbTable } from "../../lib/fence/dynamodb-table.ts";
import { createAddressGuard } from "../../lib/http/address-guard.ts";
import { createGuardedAgents } from "../../lib/http/guarded-agents.ts";
import { createLogger } from "../../lib/log/logger.ts";
import { createSecretReader } from "../../lib/secrets/secret-reader.ts";
import { awsSecretStore } from "../../lib/secrets/secret-store.ts";
import { createSqsClient } from "../../lib/sqs/client.ts";
import { readEnvironment } from "./environment.ts";
import { createPoller } from "./poller.ts";
import { requestSender } from "./request-sender.ts";

const environment = readEnvironment(process.env);
const { tableName, allowSecrets, logLevel, metricsNamespace } = environment;

export const handler = createPoller(environment, {
  client: createSqsClient(process.env),
  table: tableName ? dynamoDbTable({ tableName }) : undefined,
  send: requestSender(createGuardedAgents(createAddressGuard(environment)), {
    reader: createSecretReader(awsSecretStore()),
    allowed: allowSecrets,
  }),
  logger: createLogger(logLevel),
  now: Date.now,
  random: Math.random,
  newId: randomUUID,
  startTimer: undefined,
  metrics: metricsNamespace === undefined ? undefined : { namespace: metricsNamespace },
});
