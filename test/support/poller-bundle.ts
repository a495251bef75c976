import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import { environmentSchema } from "../../functions/poller/environment.ts";

/** Counted, and not random: Node finds what it compiled for the same URL in an earlier run. */
let sandboxes = 0;

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * Loads a new instance of the built bundle, as a new Lambda sandbox does. The poller gets only these environment
 * variables.
 */
export async function loadPoller(environment: Readonly<Record<string, string>>): Promise<Handler> {
  for (const name of [...Object.keys(environmentSchema.shape), "AWS_SESSION_TOKEN"]) {
    delete process.env[name];
  }
  Object.assign(process.env, {
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    ...environment,
  });
  const bundle = new URL(`../../dist/poller/index.mjs?sandbox=${++sandboxes}`, import.meta.url);
  const { handler } = await import(bundle.href);
  return handler;
}
