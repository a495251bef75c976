import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { LocalStackDescription } from "../../lib/client/local-stack.ts";
import { createQueues } from "./create-queues.ts";
import type { DynamoDbServer } from "./dynamodb/server.ts";
import { startTables } from "./dynamodb/start-tables.ts";
import {
  type EventSourceMapping,
  type LocalInvocation,
  startEventSourceMapping,
} from "./event-source-mapping/event-source-mapping.ts";
import { lambdaEnvironment } from "./execution-environment/lambda-environment.ts";
import { handlerFile } from "./execution-environment/load-handler.ts";
import { type LocalFunction, localFunction } from "./execution-environment/local-function.ts";
import type { Port } from "./http/listen.ts";
import { openPauses, type Pauses } from "./lambda/kept-pauses.ts";
import type { NamedMapping } from "./lambda/mapping-configuration.ts";
import { type LambdaServer, startLambdaServer } from "./lambda/server.ts";
import { packageRoot } from "./package-root.ts";
import { type LocalSecrets, type SecretsServer, startSecretsServer } from "./secrets/server.ts";
import { type SqsServer, startSqsServer } from "./sqs/server.ts";
import { readTemplate, type Template, type TemplateFunction } from "./template/read-template.ts";

export type { LocalInvocation };

/** The template, running on this machine. */
export interface LocalStack {
  /** The endpoint of SQS, for any AWS SDK. */
  readonly endpoint: string;
  /** The endpoint of DynamoDB, for any AWS SDK; absent when the template has no table. */
  readonly dynamoDbEndpoint?: string;
  /** The endpoint of Lambda, where the event source mappings are paused and resumed. */
  readonly lambdaEndpoint: string;
  readonly queueUrl: string;
  readonly outcomeQueueUrl: string;
  readonly deadLetterQueueUrl: string;
  /** The template's outputs. */
  readonly outputs: Readonly<Record<string, string>>;
  /** A client for this stack. */
  readonly sqs: SQSClient;
  /** Stops receiving, waits at most ten seconds for running invocations, and closes everything. */
  close(): Promise<void>;
}

export interface LocalStackOptions {
  /** Of the SQS endpoint, which also describes the stack at `/stack`. @default a free port */
  readonly port?: number | Port;
  /** The folder where queues and tables are kept. @default in memory only */
  readonly dataDir?: string;
  /** @default `infra/template.yaml` of this package */
  readonly templatePath?: string;
  /** The template's parameters; missing ones have their defaults. */
  readonly parameters?: Readonly<Record<string, string>>;
  /** The secrets that messages can name. @default none */
  readonly secrets?: LocalSecrets;
  /** Added to each function's environment variables; overrides the template's. */
  readonly environment?: Readonly<Record<string, string>>;
  /**
   * The most invocations at once per queue; the template's MaximumConcurrency if that is lower.
   * @default 2
   */
  readonly maximumConcurrency?: number;
  /** Called after each invocation. */
  readonly onInvocation?: (invocation: LocalInvocation) => void;
  /** Called with each line that a function writes, and with messages of the stack itself. */
  readonly onLog?: (line: string) => void;
}

const STACK_NAME = "request-poller";
/** One computes while the other waits. More would share the CPU of a laptop, and each needs its own heap. */
const MAXIMUM_CONCURRENCY = 2;
const GRACE_MS = 10_000;

/**
 * Runs what the template deploys: its queues and tables, and each function with the queues that invoke it.
 *
 * @throws TemplateError when the template cannot be run, and an Error when a function is not built
 */
export async function startLocalStack(options: LocalStackOptions = {}): Promise<LocalStack> {
  const templatePath = resolve(options.templatePath ?? join(packageRoot(), "infra/template.yaml"));
  const text = await readFile(templatePath, "utf8");
  let description: LocalStackDescription | undefined;
  const server = await startSqsServer({
    describe: () => description,
    ...(options.port !== undefined && { port: options.port }),
    ...(options.dataDir !== undefined && { dataDir: options.dataDir }),
  });
  const sqs = localClient(server);
  let tables: DynamoDbServer | undefined;
  let secrets: SecretsServer | undefined;
  let lambda: LambdaServer | undefined;
  let pauses: Pauses | undefined;
  const servers = () => [server, tables, secrets, lambda, pauses];
  try {
    const { endpoint, region, accountId } = server;
    const place = { stackName: STACK_NAME, region, accountId, endpoint };
    const template = readTemplate(text, place, options.parameters);
    const queueUrls = {
      queueUrl: output(template, "QueueUrl"),
      outcomeQueueUrl: output(template, "OutcomeQueueUrl"),
      deadLetterQueueUrl: output(template, "DeadLetterQueueUrl"),
    };
    tables = await startTables(region, template.tables, options.dataDir);
    secrets = await startSecretsServer(options.secrets);
    const endpoints = {
      // Of every other service: it reads secrets and refuses the rest, so that no call leaves this machine.
      AWS_ENDPOINT_URL: secrets.endpoint,
      AWS_ACCESS_KEY_ID: secrets.accessKeyId,
      AWS_ENDPOINT_URL_SQS: endpoint,
      ...(tables && { AWS_ENDPOINT_URL_DYNAMODB: tables.endpoint }),
    };
    const environment = { ...endpoints, POLL_ALLOW_PRIVATE: "true", ...options.environment };
    const functions = prepareFunctions(template, dirname(templatePath), region, {
      ...options,
      environment,
    });
    await createQueues(sqs, template.queues);
    pauses = await openPauses(options.dataDir);
    const mappings = startMappings(template, functions, sqs, pauses, options);
    lambda = await startLambdaServer(mappings);
    description = {
      outputs: template.outputs,
      endpoints: {
        sqs: endpoint,
        ...(tables && { dynamodb: tables.endpoint }),
        lambda: lambda.endpoint,
      },
      region,
      parameters: template.parameters,
    };
    let closed: Promise<void> | undefined;
    return {
      endpoint,
      ...(tables && { dynamoDbEndpoint: tables.endpoint }),
      lambdaEndpoint: lambda.endpoint,
      ...queueUrls,
      outputs: template.outputs,
      sqs,
      close() {
        closed ??= closeStack(mappings, [...functions.values()], sqs, servers());
        return closed;
      },
    };
  } catch (error) {
    sqs.destroy();
    await closeServers(servers());
    throw error;
  }
}

function localClient({ endpoint, region }: SqsServer): SQSClient {
  return new SQSClient({
    endpoint,
    region,
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    useQueueUrlAsEndpoint: false,
  });
}

function output({ outputs }: Template, name: string): string {
  const value = outputs[name];
  if (value === undefined)
    throw new Error(`template: Outputs.${name} is missing: the stack needs it`);
  return value;
}

function prepareFunctions(
  { functions }: Template,
  templateFolder: string,
  region: string,
  { environment = {}, onLog = () => {} }: LocalStackOptions,
): Map<string, LocalFunction> {
  return new Map(
    functions.map((description) => {
      const taskRoot = builtCode(description, templateFolder);
      const env = lambdaEnvironment(description, region, taskRoot, environment);
      return [description.logicalId, localFunction(description, { taskRoot, env, onLog })];
    }),
  );
}

function builtCode(
  { codeUri, handler, logicalId }: TemplateFunction,
  templateFolder: string,
): string {
  const taskRoot = resolve(templateFolder, codeUri);
  if (handlerFile(taskRoot, handler) !== undefined) return taskRoot;
  throw new Error(`${logicalId}: no file for ${handler} in ${taskRoot}: run "npm run build" first`);
}

function startMappings(
  { eventSourceMappings, queues, functions: functionsOf }: Template,
  functions: ReadonlyMap<string, LocalFunction>,
  sqs: SQSClient,
  pauses: Pauses,
  { maximumConcurrency = MAXIMUM_CONCURRENCY, onInvocation, onLog = () => {} }: LocalStackOptions,
): StartedMapping[] {
  return eventSourceMappings.flatMap((mapping) => {
    const queue = queues.find(({ arn }) => arn === mapping.queueArn);
    const lambda = functions.get(mapping.functionId);
    if (!queue || !lambda) return [];
    const started = startEventSourceMapping({
      mapping,
      queue,
      sqs,
      startsPaused: pauses.has(queue.arn),
      invoke: (event) => lambda.invoke(event),
      maximumConcurrency: Math.min(
        maximumConcurrency,
        mapping.maximumConcurrency ?? Number.POSITIVE_INFINITY,
      ),
      ...(onInvocation && { onInvocation }),
      onProblem: onLog,
    });
    const arn = functionsOf.find(({ logicalId }) => logicalId === mapping.functionId)?.invokedArn;
    return [
      {
        ...started,
        mapping,
        functionArn: arn ?? "",
        uuid: randomUUID(),
        async setPaused(isPaused) {
          await started.setPaused(isPaused);
          pauses.set(queue.arn, isPaused);
        },
      },
    ];
  });
}

type StartedMapping = NamedMapping & EventSourceMapping;

async function closeStack(
  mappings: readonly StartedMapping[],
  functions: readonly LocalFunction[],
  sqs: SQSClient,
  servers: Servers,
): Promise<void> {
  const stopped = Promise.all(mappings.map((mapping) => mapping.close()));
  const closeFunctions = () => Promise.all(functions.map((lambda) => lambda.close()));
  const grace = setTimeout(closeFunctions, GRACE_MS);
  await stopped;
  clearTimeout(grace);
  await closeFunctions();
  sqs.destroy();
  await closeServers(servers);
}

type Servers = readonly ({ close(): Promise<void> } | undefined)[];

async function closeServers(servers: Servers): Promise<void> {
  await Promise.all(servers.map((server) => server?.close()));
}
