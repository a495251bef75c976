import type { SQSClientConfig } from "@aws-sdk/client-sqs";
import { endpointOf } from "../../../lib/aws/endpoint.ts";
import { regionOfQueue } from "../../../lib/client/services.ts";
import { UsageError } from "../usage-error.ts";

export interface QueueOptions {
  readonly queueUrl: string;
  readonly region?: string;
  readonly endpointUrl?: string;
}

/** A local server accepts any credentials. */
const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

/**
 * The settings of the client that reaches a queue. What is not given comes from the queue's URL, or else from the SDK's
 * provider chain (environment, profile, role).
 *
 * @throws {UsageError} when a URL is invalid, or names a queue that the poller cannot use.
 */
export function clientConfig(
  { queueUrl, region, endpointUrl }: QueueOptions,
  environment: NodeJS.ProcessEnv,
): SQSClientConfig {
  const queue = parseUrl("--queue-url", queueUrl);
  if (queue.pathname.endsWith(".fifo")) {
    throw new UsageError(
      "--queue-url names a FIFO queue; polls need a standard queue, where each message can have its own delay",
    );
  }
  const reached =
    endpointUrl === undefined
      ? endpointOf("SQS", environment) === undefined && new URL(queue.origin)
      : parseUrl("--endpoint-url", endpointUrl);
  const isLocal = isLoopback(reached || queue);
  const signingRegion = region ?? regionOfQueue(queueUrl) ?? (isLocal ? "us-east-1" : undefined);
  return {
    ...(signingRegion !== undefined && { region: signingRegion }),
    ...(reached && { endpoint: reached.href }),
    // By default the SDK sends to the host of the queue's URL, whatever endpoint is set, and warns at each call.
    useQueueUrlAsEndpoint: false,
    ...(isLocal && !environment.AWS_ACCESS_KEY_ID && { credentials: LOCAL_CREDENTIALS }),
  };
}

function parseUrl(option: string, text: string): URL {
  const url = URL.parse(text);
  if (url?.protocol === "http:" || url?.protocol === "https:") return url;
  throw new UsageError(`${option} must be an http or https URL`);
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === "localhost" || hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}
