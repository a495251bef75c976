import { SQSClient } from "@aws-sdk/client-sqs";
import { endpointOf } from "../aws/endpoint.ts";
import { LARGE_AWS_CALL_LIMITS } from "../limits.ts";

let shared: SQSClient | undefined;

/** The default client of every middleware: one per sandbox, so that connections are shared. */
export function defaultSqsClient(): SQSClient {
  shared ??= createSqsClient(process.env);
  return shared;
}

/**
 * Makes an SQS client with the SDK's standard settings.
 *
 * @param environment may set an endpoint (`AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL`). The SDK alone would use the
 *   queue URL's host instead
 */
export function createSqsClient(environment: NodeJS.ProcessEnv): SQSClient {
  const hasEndpoint = endpointOf("SQS", environment) !== undefined;
  const client = new SQSClient({
    ...(hasEndpoint ? { useQueueUrlAsEndpoint: false } : {}),
    // The signature contains the body's SHA-256, so SQS already refuses what arrives changed.
    md5: false,
    requestHandler: LARGE_AWS_CALL_LIMITS,
  });
  ownClients.add(client);
  return client;
}

const ownClients = new WeakSet<SQSClient>();

/** Whether {@link createSqsClient} made a client: any other may have middlewares that its calls must go through. */
export function isOwnClient(client: SQSClient): boolean {
  return ownClients.has(client);
}
