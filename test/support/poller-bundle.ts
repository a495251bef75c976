import { randomUUID } from "node:crypto";
import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * Loads a new instance of the built bundle, as a new Lambda sandbox does. The poller gets only these environment
 * variables.
 */
export async function loadPoller(environment: Readonly<Record<string, string>>): Promise<Handler> {
  const names = [
    "QUEUE_URL",
    "DEAD_LETTER_QUEUE_URL",
    "OUTCOME_QUEUE_URL",
    "OUTCOME_BUCKET",
    "TABLE_NAME",
    "POLL_CONCURRENCY",
    "POLL_HOST_CONCURRENCY",
    "POLL_MIN_DELAY_SECONDS",
    "POLL_MAX_RETRIES",
    "POLL_MAX_AGE_SECONDS",
    "POLL_ALLOW_PRIVATE",
    "POLL_ALLOW_HOSTS",
    "POLL_DENY_HOSTS",
    "POLL_ALLOW_PORTS",
    "POLL_ALLOW_SECRETS",
    "POLL_ALLOW_DELIVERIES",
    "POLL_ALLOW_SIGV4",
    "AWS_SESSION_TOKEN",
    "LOG_LEVEL",
    "METRICS_NAMESPACE",
  ];
  for (const name of names) delete process.env[name];
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    ...environment,
  });
  const bundle = new URL(`../../dist/poller/index.mjs?sandbox=${randomUUID()}`, import.meta.url);
  const { handler } = await import(bundle.href);
  return handler;
}
