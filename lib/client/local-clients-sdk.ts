import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { LocalStackDescription } from "./local-stack.ts";

/** The local servers take any credentials; the SDK needs some. */
const credentials = { accessKeyId: "local", secretAccessKey: "local" };

/** The AWS clients of a local stack. */
export function localClients({
  endpoints,
  region,
}: Pick<LocalStackDescription, "endpoints" | "region">) {
  const { sqs, dynamodb, lambda } = endpoints;
  const local = { region, credentials };
  return {
    sqs: new SQSClient({ ...local, endpoint: sqs, useQueueUrlAsEndpoint: false }),
    lambda: new LambdaClient({ ...local, endpoint: lambda }),
    ...(dynamodb && { dynamodb: new DynamoDBClient({ ...local, endpoint: dynamodb }) }),
  };
}
