import { SQSClient } from "@aws-sdk/client-sqs";

/** The SDK waits for ever by default; an after-hook's calls, retries included, must end within the reserve. */
const CONNECTION_TIMEOUT_MS = 1000;
const REQUEST_TIMEOUT_MS = 3000;

let shared: SQSClient | undefined;

/** The client that every middleware uses which was given none: one a sandbox, so that connections are shared. */
export function defaultSqsClient(): SQSClient {
  shared ??= createSqsClient(process.env);
  return shared;
}

/**
 * Makes an SQS client by the SDK's standard settings.
 *
 * @param environment where an endpoint may be set (`AWS_ENDPOINT_URL_SQS`, `AWS_ENDPOINT_URL`): the SDK would
 *   follow the queue URL's host instead, unless told not to
 */
export function createSqsClient(environment: NodeJS.ProcessEnv): SQSClient {
  const hasEndpoint = Boolean(environment.AWS_ENDPOINT_URL_SQS ?? environment.AWS_ENDPOINT_URL);
  return new SQSClient({
    ...(hasEndpoint ? { useQueueUrlAsEndpoint: false } : {}),
    requestHandler: {
      connectionTimeout: CONNECTION_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  });
}
