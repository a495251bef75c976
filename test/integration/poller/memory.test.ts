import { once } from "node:events";
import { Worker } from "node:worker_threads";
import type { SQSEvent } from "aws-lambda";
import { expect, it } from "vitest";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

/** Less than the smallest function's heap. */
const HEAP_MIB = 200;

/** The largest allowed body: 100,000 values, with text up to 1 MiB. */
const LARGEST = [...Array.from({ length: 49_000 }, () => []), "x".repeat(890_000)];

const bundle = new URL("../../../dist/poller/index.mjs", import.meta.url);
const hook = new URL("../../setup/loopback-only.ts", import.meta.url);
const sandbox = `
  const { parentPort, workerData } = require("node:worker_threads");
  import(${JSON.stringify(bundle.href)})
    .then(({ handler }) => handler(workerData, { getRemainingTimeInMillis: () => 600_000 }))
    .then((response) => parentPort.postMessage(response));
`;

async function runInSandbox(world: PollerWorld, event: SQSEvent): Promise<unknown> {
  const { queueUrl, outcomeQueueUrl } = world.queues;
  const env = {
    QUEUE_URL: queueUrl,
    OUTCOME_QUEUE_URL: outcomeQueueUrl,
    AWS_ENDPOINT_URL_SQS: new URL(queueUrl).origin,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
    POLL_ALLOW_PRIVATE: "true",
    LOG_LEVEL: "SILENT",
  };
  const worker = new Worker(sandbox, {
    eval: true,
    env,
    execArgv: [`--import=${hook.href}`],
    workerData: event,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  });
  try {
    const [response] = await once(worker, "message");
    return response;
  } finally {
    await worker.terminate();
  }
}

it("has room for a whole batch of the largest responses, and a normal one among them succeeds", async () => {
  await using world = await startPollerWorld({
    "/largest": () => ({ status: 200, body: LARGEST }),
    "/good": () => ({ status: 200, body: { ok: true } }),
  });
  const request = { url: `${world.jobs.url}/largest`, timeoutMs: 60_000 };
  const polls = Array.from({ length: 99 }, (_, n) =>
    world.message("/largest", { pollId: `largest-${n}`, request }),
  );
  const outcomes = new Map<string, string>();
  let event = await world.queues.event(...polls, world.message("/good"));
  while (event.Records.length > 0) {
    expect(await runInSandbox(world, event)).toEqual({ batchItemFailures: [] });
    for (const body of await world.bodies(world.queues.outcomeQueueUrl)) {
      outcomes.set(/"pollId":"([^"]*)"/.exec(body)?.[1] ?? body, body);
    }
    // On a slow machine some of a hundred such responses need more than the longest time limit: they come back.
    world.queues.advance(60_000);
    event = await world.queues.event();
  }
  expect(outcomes.size).toBe(100);
  expect(JSON.parse(outcomes.get("good") ?? "{}")).toMatchObject({
    status: "succeeded",
    response: { body: { ok: true } },
  });
});
