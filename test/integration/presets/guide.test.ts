import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";
import { type PollerWorld, startPollerWorld } from "../poller/poller-world.ts";

const MACHINE =
  "/subscriptions/1/resourceGroups/g/providers/Microsoft.Compute/virtualMachines/vm-7";

let table: LocalTable;
let world: PollerWorld;
beforeAll(async () => {
  table = await startLocalTable();
  world = await startPollerWorld({
    [MACHINE]: (nth) =>
      nth === 1
        ? { status: 201, headers: { "azure-asyncoperation": "/operations/7" } }
        : { status: 200, body: { name: "vm-7" } },
    "/operations/7": (nth) => ({
      status: 200,
      body: { status: nth === 1 ? "InProgress" : "Succeeded" },
    }),
    "/v1/batches": () => ({ status: 200, body: { id: "batch_7", status: "validating" } }),
    "/v1/batches/batch_7": (nth) => ({
      status: 200,
      body: nth === 1 ? { status: "in_progress" } : { id: "batch_7", ...COMPLETED },
    }),
    "/v1/files/file-9/content": () => ({
      status: 200,
      headers: { "content-type": "application/octet-stream" },
      body: { custom_id: "a" },
    }),
    "/exports": () => ({ status: 202, headers: { location: "/exports/7" } }),
    "/exports/7": (nth) => (nth === 1 ? { status: 202 } : { status: 200, body: { rows: 12 } }),
    "/v1/films": () => ({ status: 200, body: { id: "film-7", state: "queued" } }),
    "/v1/films/film-7": (nth) => ({
      status: 200,
      body: nth === 1 ? { state: "cutting" } : { state: "ready", download: "film-7/file" },
    }),
    "/v1/films/film-7/file": () => ({ status: 200, body: { minutes: 90 } }),
  });
});
afterAll(async () => {
  await world[Symbol.asyncDispose]();
  await table.close();
});

const COMPLETED = { status: "completed", output_file_id: "file-9" };

it.each([
  { file: "azure-operation.json", result: { name: "vm-7" } },
  { file: "openai-batch.json", result: '{"custom_id":"a"}' },
  { file: "accepted.json", result: { rows: 12 } },
  { file: "own-protocol.json", result: { minutes: 90 } },
])("$file of the guide polls its job to the end", async ({ file, result }) => {
  const { queues, jobs } = world;
  const handler = await world.load({
    TABLE_NAME: table.tableName,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
  });
  const text = await readFile(new URL(`../../snippets/${file}`, import.meta.url), "utf8");
  const { start, ...message } = JSON.parse(text);
  // The API here wants no secret.
  const { auth: _, ...request } = start;
  const url = request.url.replace(/^https:\/\/[^/]+/, jobs.url);
  const first = { ...message, start: { ...request, url }, delaySeconds: 0 };
  let event = await queues.event(JSON.stringify(first));
  while (event.Records.length > 0) {
    await handler(event, lambdaContext());
    event = await queues.event();
  }
  const [outcome = "{}"] = await world.bodies(queues.outcomeQueueUrl);
  expect(JSON.parse(outcome)).toMatchObject({ status: "succeeded", result });
});
