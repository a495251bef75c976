import type { SQSClientConfig } from "@aws-sdk/client-sqs";
import { UsageError } from "../usage-error.ts";

export interface QueueOptions {
  readonly queueUrl: string;
  readonly region?: string;
  readonly endpointUrl?: string;
}

const QUEUE_HOST_REGION =
  /^(?:sqs\.)?(?<region>[a-z]{2}(?:-[a-z]+)+-\d)\.(?:queue\.)?amazonaws\.com/;

/** What a server on this machine takes for credentials: anything. */
const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

/**
 * Settings of the client that reaches a queue: where they are not given they follow from the queue's URL, and
 * else from the SDK's own chain (environment, profile, role).
 *
 * @throws {UsageError} when a URL is none, or names a queue that the poller cannot work on.
 */
export function clientConfig(
  { queueUrl, region, endpointUrl }: QueueOptions,
  environment: NodeJS.ProcessEnv,
): SQSClientConfig {
  const queue = parseUrl("--queue-url", queueUrl);
  const endpoint = endpointUrl === undefined ? undefined : parseUrl("--endpoint-url", endpointUrl);
  if (queue.pathname.endsWith(".fifo")) {
    throw new UsageError(
      "--queue-url names a FIFO queue; polls need a standard queue: only there can each message be delayed",
    );
  }
  const fromEnvironment = environment.AWS_ENDPOINT_URL_SQS ?? environment.AWS_ENDPOINT_URL;
  const isLocal = isLoopback(endpoint ?? queue);
  const queueRegion =
    QUEUE_HOST_REGION.exec(queue.hostname)?.groups?.region ?? (isLocal ? "us-east-1" : undefined);
  return {
    ...optional("region", region ?? queueRegion),
    ...(endpoint !== undefined && { endpoint: endpoint.href }),
    // The SDK would follow the queue URL's host although an endpoint is set.
    ...((endpoint ?? fromEnvironment) !== undefined && { useQueueUrlAsEndpoint: false }),
    ...(isLocal && !environment.AWS_ACCESS_KEY_ID && { credentials: LOCAL_CREDENTIALS }),
  };
}

const optional = <Name extends string>(name: Name, value: string | undefined) =>
  value === undefined ? {} : { [name]: value };

function parseUrl(option: string, text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new UsageError(`${option} must be an http or https URL`);
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
