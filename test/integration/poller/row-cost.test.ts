import { randomUUID } from "node:crypto";
import diagnosticsChannel from "node:diagnostics_channel";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { deleteRecords } from "../../../infra/local/event-source-mapping/delete-records.ts";
import { MAX_STEPS } from "../../../lib/history/history.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { rowBytes, WRITE_UNIT_BYTES } from "../../support/row-bytes.ts";
import { type FencedWorld, startFencedWorld } from "./fenced-world.ts";

/** More than a history keeps. */
const REQUESTS = MAX_STEPS + 2;
const REFUSALS = 3;

let world: FencedWorld;
let writes = 0;
const countWrite = (message: unknown) => {
  const { request } = message as { readonly request: { readonly headers: NodeJS.Dict<unknown> } };
  if (request.headers["x-amz-target"] === "DynamoDB_20120810.UpdateItem") writes++;
};
beforeAll(() => diagnosticsChannel.subscribe("http.server.request.start", countWrite));
afterAll(() => {
  diagnosticsChannel.unsubscribe("http.server.request.start", countWrite);
});
beforeEach(async () => {
  writes = 0;
  world = await startFencedWorld({
    "/poll": (nth) => slowly(nth < REQUESTS ? 202 : 200),
    "/start": () => ({ ...slowly(202), headers: { location: "/job" } }),
    "/job": (nth) => slowly(nth + 1 < REQUESTS ? 202 : 200),
    "/done": () => slowly(200),
    "/hook": (nth) => slowly(nth <= REFUSALS ? 503 : 204),
  });
});
afterEach(() => world[Symbol.asyncDispose]());

/** An answer after 200 ms of the poller's clock. */
function slowly(status: number) {
  vi.setSystemTime(Date.now() + 200);
  return { status };
}

const MESSAGES = {
  "a poll": () => ({ request: { url: `${world.jobs.url}/poll` } }),
  "a start": () => ({
    start: { url: `${world.jobs.url}/start`, body: { n: 1 } },
    until: "http-async",
  }),
  "a webhook": () => ({
    request: { url: `${world.jobs.url}/done` },
    deliver: { webhook: { url: `${world.jobs.url}/hook` } },
  }),
};

/** Processes what is due until nothing comes any more. */
async function costOf(message: object, environment: Readonly<Record<string, string>>) {
  const handler = await world.load({
    POLL_ALLOW_DELIVERIES: "webhook",
    ...environment,
  });
  const { queues } = world;
  const pollId = randomUUID();
  const sizes: number[] = [];
  let event = await queues.event(JSON.stringify({ pollId, delaySeconds: 60, ...message }));
  while (event.Records.length > 0) {
    await handler(event, lambdaContext());
    await deleteRecords(queues.sqs, queues.queueUrl, event.Records);
    sizes.push(rowBytes(await world.table.row(pollId)));
    world.later(900_000);
    event = await queues.event();
  }
  const [first = 0, living = 0, ended = 0] = [sizes[0], sizes.at(-2), sizes.at(-1)];
  return { bytes: [first, living, ended] as const, writes };
}

/** The figures that docs/design/fence.md says of a kind of poll. */
async function documented(kind: string, history: string): Promise<number[]> {
  const page = await readFile(join(import.meta.dirname, "../../../docs/design/fence.md"), "utf8");
  const begin = `| ${kind} | \`${history}\` |`;
  const row = page.split("\n").find((line) => line.startsWith(begin)) ?? begin;
  const cells = row.slice(begin.length).split("|").slice(0, -1);
  return cells.map((cell) => Number(cell.replaceAll(",", "")));
}

describe.each(["false", "claims", "answers"])("with History=%s", (history) => {
  it.each(Object.entries(MESSAGES))("%s costs what the documentation says", async (kind, of) => {
    const { bytes, writes } = await costOf(of(), { POLL_HISTORY: history });
    // Ports and latencies have more or fewer digits.
    const near = bytes.map((count) => expect.closeTo(count, -2));
    expect(await documented(kind, history)).toEqual([...near, writes]);
    const [, living] = bytes;
    if (history === "claims") expect(living).toBeLessThan(WRITE_UNIT_BYTES);
  });
});

describe("with checkpoints", () => {
  it.each([
    ["claims", 5],
    ["answers", 26],
  ])("and History=%s, a poll makes %i writes", async (history, count) => {
    const environment = { POLL_HISTORY: history, POLL_FENCE: "checkpoints" };
    expect((await costOf(MESSAGES["a poll"](), environment)).writes).toBe(count);
  });
});
