import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { LambdaClient } from "@aws-sdk/client-lambda";
import type { S3Client } from "@aws-sdk/client-s3";
import type { SQSClient } from "@aws-sdk/client-sqs";
import { endpointOf } from "../aws/endpoint.ts";
import { onceLoaded } from "../once-loaded.ts";

/** The AWS clients of a poll client. `@default` those of the SDK, loaded when first needed */
export interface AwsClients {
  readonly sqs?: SQSClient;
  readonly dynamodb?: DynamoDBClient;
  readonly lambda?: LambdaClient;
  readonly s3?: S3Client;
}

/** The services that a poll client calls. Each SDK is loaded with the first call. */
export interface Services {
  sqs(): Promise<typeof import("./sqs-sdk.ts") & { readonly client: SQSClient }>;
  dynamodb(): Promise<typeof import("./dynamodb-sdk.ts") & { readonly client: DynamoDBClient }>;
  lambda(): Promise<typeof import("./lambda-sdk.ts") & { readonly client: LambdaClient }>;
  s3(): Promise<typeof import("./s3-sdk.ts") & { readonly client: S3Client }>;
}

const QUEUE_HOST =
  /^(?:sqs\.)?(?<region>[a-z]{2}(?:-[a-z]+)+-\d)\.(?:(?:queue\.)?amazonaws\.com|api\.aws)/;

/** The region that a queue's URL names; `undefined`: its host is not one of AWS's. */
export function regionOfQueue(queueUrl: string): string | undefined {
  return QUEUE_HOST.exec(URL.parse(queueUrl)?.hostname ?? "")?.groups?.region;
}

/**
 * Makes the services of a stack.
 *
 * @param queueUrl its host names the region of all clients that are made here; any other host leaves it to the SDK's
 *   provider chain
 */
export function createServices(queueUrl: string, given: AwsClients): Services {
  const region = regionOfQueue(queueUrl);
  const config = region === undefined ? {} : { region };
  return {
    sqs: onceLoaded(async () => {
      const sdk = await import("./sqs-sdk.ts");
      return {
        ...sdk,
        client: given.sqs ?? new sdk.SQSClient({ ...config, ...queueEndpoint(process.env) }),
      };
    }),
    dynamodb: onceLoaded(async () => {
      const sdk = await import("./dynamodb-sdk.ts");
      return { ...sdk, client: given.dynamodb ?? new sdk.DynamoDBClient(config) };
    }),
    lambda: onceLoaded(async () => {
      const sdk = await import("./lambda-sdk.ts");
      return { ...sdk, client: given.lambda ?? new sdk.LambdaClient(config) };
    }),
    s3: onceLoaded(async () => {
      const sdk = await import("./s3-sdk.ts");
      // Other servers with S3's API do not take a bucket's name as part of the host.
      const forcePathStyle = endpointOf("S3", process.env) !== undefined;
      return { ...sdk, client: given.s3 ?? new sdk.S3Client({ ...config, forcePathStyle }) };
    }),
  };
}

/** An endpoint in the environment counts; the SDK alone would use the host of the queue's URL instead, and warn. */
function queueEndpoint(environment: NodeJS.ProcessEnv): { readonly useQueueUrlAsEndpoint?: false } {
  const isSet = endpointOf("SQS", environment) !== undefined;
  return isSet ? { useQueueUrlAsEndpoint: false } : {};
}
