import { randomUUID } from "node:crypto";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as z from "zod/mini";
import { dynamoDbTable } from "../../lib/fence/dynamodb-table.ts";
import { dynamoDbGroups } from "../../lib/groups/dynamodb-groups.ts";
import { createLogger } from "../../lib/log/logger.ts";
import { checkOptions } from "../../lib/options/check-options.ts";
import { anyOption } from "../../lib/options/option-schemas.ts";
import { s3OutcomeStore } from "../../lib/outcome/outcome-store.ts";
import type { Preset } from "../../lib/presets/preset.ts";
import { createSecretReader } from "../../lib/secrets/secret-reader.ts";
import { awsSecretStore } from "../../lib/secrets/secret-store.ts";
import { createSqsClient } from "../../lib/sqs/client.ts";
import { readEnvironment } from "./environment.ts";
import { createOperatorLists } from "./operator-lists.ts";
import { createPoller, type PollerPorts } from "./poller.ts";
import { senderByLists } from "./request-sender.ts";

const environment = readEnvironment(process.env);
const { tableName, outcomeBucket, logLevel, metricsNamespace, hostConcurrency } = environment;
const { allowPrivate, allowPorts, runtimeApi } = environment;

const logger = createLogger(logLevel);
const store = awsSecretStore();
const currentLists = createOperatorLists(environment, {
  read: store.readParameters,
  now: Date.now,
  logger,
});
const client = createSqsClient(process.env);
const senderOf = senderByLists(
  { allowPrivate, allowPorts, runtimeApi },
  { reader: createSecretReader(store), signing: client.config, now: Date.now },
  hostConcurrency,
);
// If a list cannot be read, the function fails at its start with the list's name.
let lists = await currentLists();
let send = senderOf(lists);

const ports: PollerPorts = {
  client,
  ...(outcomeBucket === undefined ? {} : { store: s3OutcomeStore(outcomeBucket) }),
  table: tableName ? dynamoDbTable({ tableName }) : undefined,
  groups: tableName ? dynamoDbGroups({ tableName }) : undefined,
  send: (request, bounds) => send(request, bounds),
  allowDeliveries: () => lists.allowDeliveries,
  logger,
  now: Date.now,
  random: Math.random,
  newId: randomUUID,
  startTimer: undefined,
  metrics: metricsNamespace === undefined ? undefined : { namespace: metricsNamespace },
};

/** What a stack adds to the poller. */
export interface HandlerOptions {
  /** Further presets that messages may name. One with the name of a preset of this package replaces it. */
  readonly presets?: Readonly<Record<string, Preset>>;
}

/** Only names are checked here: the list of presets checks each preset. */
const optionSchema = z.strictObject({ presets: anyOption });

/**
 * Makes the poller's handler with what a stack adds to it. Everything else comes from the environment.
 *
 * @throws {TypeError} at once, when an option is unknown or a preset is not valid
 */
export function createHandler(options: HandlerOptions = {}) {
  const { presets } = checkOptions("createHandler", optionSchema, options);
  const poller = createPoller({ ...environment, ...(presets && { presets }) }, ports);
  return async (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    lists = await currentLists();
    send = senderOf(lists);
    return poller(event, context);
  };
}

export const handler = createHandler();
