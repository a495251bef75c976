import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { AWS_CALL_LIMITS } from "../limits.ts";

// All uses of DynamoDB's SDK are in this file, which is loaded only when there is a table.
export { GetCommand, UpdateCommand, unmarshall };

/** Makes a client with the SDK's standard settings, `AWS_ENDPOINT_URL_DYNAMODB` included. */
export function createDocumentClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient(AWS_CALL_LIMITS));
}
