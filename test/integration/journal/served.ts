import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import { onTestFinished } from "vitest";
import * as z from "zod/mini";

export const TableName = "rows";

/** A folder that is removed after the test. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "request-poller-kept-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

const endpointsSchema = z.object({ sqs: z.string(), dynamoDb: z.string() });

/**
 * Serves a folder in a separate process, which is killed after the test at the latest.
 *
 * @param blocks how many blocks its files can have, as on a full disk. Absent: any number, on every system
 */
export async function served(dataDir: string, blocks?: number) {
  const program = join(import.meta.dirname, "serve-until-killed.ts");
  const call = [process.execPath, program, dataDir] as const;
  const script = `trap '' XFSZ; ulimit -S -f ${blocks}; exec "$0" "$@"`;
  const [command, ...args] = blocks === undefined ? call : ["sh", "-c", script, ...call];
  const child = spawn(command, args, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const ended = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await ended;
  };
  onTestFinished(kill);
  const [endpoints] = await once(child, "message");
  return { pid: child.pid, kill, ...clientsOf(endpointsSchema.parse(endpoints)) };
}

/** Clients that try each call once. */
export function clientsOf(endpoints: z.output<typeof endpointsSchema>) {
  const shared = {
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 1,
  };
  const sqs = new SQSClient({ ...shared, endpoint: endpoints.sqs, useQueueUrlAsEndpoint: false });
  const dynamoDb = new DynamoDBClient({ ...shared, endpoint: endpoints.dynamoDb });
  onTestFinished(() => {
    sqs.destroy();
    dynamoDb.destroy();
  });
  return { sqs, dynamoDb };
}

/** Creates the table, whose rows have an `id`. */
export function createTable(dynamoDb: DynamoDBClient) {
  return dynamoDb.send(
    new CreateTableCommand({
      TableName,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    }),
  );
}
