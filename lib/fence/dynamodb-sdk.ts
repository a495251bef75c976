import { DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { AWS_CALL_LIMITS } from "../limits.ts";
import { DirectUpdateItemCommand } from "./direct-update.ts";

// All uses of DynamoDB's SDK are in this file, which is loaded only when there is a table.
// The document client of lib-dynamodb would add two middlewares to each call, and walk over its input and output.
export { DirectUpdateItemCommand, GetItemCommand, UpdateItemCommand, unmarshall };

/** Makes a client with the SDK's standard settings, `AWS_ENDPOINT_URL_DYNAMODB` included. */
export function createClient(): DynamoDBClient {
  return new DynamoDBClient(AWS_CALL_LIMITS);
}
