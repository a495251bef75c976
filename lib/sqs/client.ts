import { SQSClient } from "@aws-sdk/client-sqs";
import { endpointOf } from "../aws-endpoint.ts";
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
  return new SQSClient({
    ...(hasEndpoint ? { useQueueUrlAsEndpoint: false } : {}),
    // The signature contains the body's SHA-256, so SQS already refuses what arrives changed.
    md5: false,
    requestHandler: LARGE_AWS_CALL_LIMITS,
  });
}
