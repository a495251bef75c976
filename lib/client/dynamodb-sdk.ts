// All uses of DynamoDB's SDK are in this file, which is loaded with the first call.
export { DynamoDBClient, GetItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
export { unmarshall } from "@aws-sdk/util-dynamodb";
