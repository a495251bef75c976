import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { CHILD_ENVIRONMENT } from "../../support/child-environment.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

const PROGRAM = join(import.meta.dirname, "handle-with-few-descriptors.ts");
const RECORDS = 120;

let world: PollerWorld;
let table: LocalTable;
beforeEach(async () => {
  world = await startPollerWorld({ "/slow": () => ({ status: 202, delayMs: 200 }) });
  table = await startLocalTable();
});
afterEach(async () => {
  await table.close();
  await world[Symbol.asyncDispose]();
});

/** The poller's answer to a batch, from a process that may have 64 file descriptors. */
async function answerTo(event: unknown, environment: Record<string, string>): Promise<unknown> {
  const settings = JSON.stringify({
    QUEUE_URL: world.queues.queueUrl,
    AWS_ENDPOINT_URL_SQS: new URL(world.queues.queueUrl).origin,
    POLL_ALLOW_PRIVATE: "true",
    POLL_CONCURRENCY: String(RECORDS),
    LOG_LEVEL: "SILENT",
    ...environment,
  });
  const command = 'ulimit -n 64; exec "$0" "$@"';
  const child = spawn("sh", ["-c", command, process.execPath, PROGRAM, settings], {
    env: { ...CHILD_ENVIRONMENT, PATH: process.env.PATH },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  child.stdin.end(JSON.stringify(event));
  const answer = await json(child.stdout);
  await ended;
  return answer;
}

// Only Linux, which Lambda is, says how many descriptors a process may have.
it.skipIf(process.platform !== "linux").each(["without", "with"])(
  "a batch with too few descriptors for its requests is requeued, %s a table",
  async (kind) => {
    const messages = Array.from({ length: RECORDS }, (_, n) =>
      world.message("/slow", { pollId: `p${n}`, delaySeconds: 1 }),
    );
    const event = await world.queues.event(...messages);
    const withTable = { TABLE_NAME: table.tableName, AWS_ENDPOINT_URL_DYNAMODB: table.endpoint };

    const answer = await answerTo(event, kind === "with" ? withTable : {});

    expect(answer).toEqual({ batchItemFailures: [] });
    world.queues.advance(60_000);
    const sent = (await world.bodies(world.queues.queueUrl)).map((body) => JSON.parse(body));
    expect(new Set(sent.map(({ pollId }) => pollId)).size).toBe(RECORDS);
    const asked = world.jobs.countOf("/slow");
    expect(asked).toBeGreaterThan(0);
    expect(sent.filter(({ retryCount = 0 }) => retryCount === 1)).toHaveLength(asked);
    expect(sent.filter(({ errorCount = 0 }) => errorCount > 0)).toEqual([]);
  },
);
