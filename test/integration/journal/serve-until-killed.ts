import { startDynamoDbServer } from "../../../infra/local/dynamodb/server.ts";
import { startSqsServer } from "../../../infra/local/sqs/server.ts";

/** Serves the queues and tables in a folder, and sends the addresses to its parent. */
const dataDir = process.argv[2] ?? "";
const sqs = await startSqsServer({ dataDir });
const dynamoDb = await startDynamoDbServer({ dataDir });
process.send?.({ sqs: sqs.endpoint, dynamoDb: dynamoDb.endpoint });
process.once("disconnect", () => process.exit());
