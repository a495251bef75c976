import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { deleteRecords } from "../../../infra/local/event-source-mapping/delete-records.ts";
import type { PollMessage } from "../../../middleware/index.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";
import { type SecretsServer, startSecretsServer } from "../../support/secrets-server.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../../support/webhook-receiver.ts";
import { ODD_URLS } from "../http/reach/spellings.ts";
import { type PollerWorld, startPollerWorld } from "../poller/poller-world.ts";

const [KEY, NEXT_KEY] = ["new", "old"].map(
  (name) => `whsec_${Buffer.from(`a key that is ${name} and long enough`).toString("base64")}`,
) as [string, string];
const HOUR = 3_600_000;

let table: LocalTable;
let aws: SecretsServer;
let receiver: WebhookReceiver;
let world: PollerWorld;
beforeAll(async () => {
  table = await startLocalTable();
  aws = await startSecretsServer();
  receiver = await startWebhookReceiver([KEY, NEXT_KEY]);
});
afterAll(async () => {
  await receiver[Symbol.asyncDispose]();
  await aws[Symbol.asyncDispose]();
  await table.close();
});
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ["Date"] });
  receiver.received.length = 0;
  receiver.answer = () => ({ status: 204 });
  keys(KEY);
  world = await startPollerWorld({
    "/done": () => ({ status: 200, body: { text: 'quoted "text", ü, 😀', big: 1 } }),
  });
  vi.setSystemTime(world.queues.now());
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
  vi.useRealTimers();
});

const keys = (token: string) =>
  aws.secrets.set(
    "secretsmanager:polls/hook",
    JSON.stringify({ origins: [receiver.url], value: token }),
  );

const load = (more: Readonly<Record<string, string>> = {}) =>
  world.load({
    POLL_ALLOW_DELIVERIES: "webhook,queue:*",
    POLL_ALLOW_SECRETS: "secretsmanager:polls/*",
    AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
    TABLE_NAME: table.tableName,
    AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    ...more,
  });
type Handler = Awaited<ReturnType<typeof load>>;

let polls = 0;
const poll = (deliver: PollMessage["deliver"], context?: unknown) =>
  world.message("/done", { pollId: `hooked-${++polls}`, deliver, context });
const signed = () => ({
  webhook: { url: `${receiver.url}/in`, secret: "secretsmanager:polls/hook" },
});

/** Runs a batch, as Lambda does; returns how many records there were. */
async function run(handler: Handler, ...messages: string[]): Promise<number> {
  const { queues } = world;
  const { Records } = await queues.event(...messages);
  if (Records.length === 0) return 0;
  expect(await handler({ Records }, lambdaContext())).toEqual({ batchItemFailures: [] });
  await deleteRecords(queues.sqs, queues.queueUrl, Records);
  return Records.length;
}

/** Runs what is due after a while. */
function runAfter(handler: Handler, ms: number): Promise<number> {
  world.queues.advance(ms);
  vi.setSystemTime(world.queues.now());
  return run(handler);
}

const letters = () => world.queues.receive(world.queues.deadLetterQueueUrl);

describe("a webhook", () => {
  it("is the outcome, signed so that the standard library verifies it", async () => {
    const handler = await load();
    const { outcomeQueueUrl } = world.queues;
    await run(handler, poll([signed(), { queueUrl: outcomeQueueUrl }], { order: 7 }));
    await runAfter(handler, 1000);

    const [outcome = ""] = await world.bodies(outcomeQueueUrl);
    expect(receiver.received).toMatchObject([
      {
        method: "POST",
        body: outcome,
        isSigned: [true, false],
        headers: {
          "content-type": "application/json",
          "webhook-id": JSON.parse(outcome).outcomeId,
        },
      },
    ]);
    expect(await runAfter(handler, 100 * HOUR)).toBe(0);
    expect(await letters()).toEqual([]);
    expect(await world.bodies(outcomeQueueUrl)).toEqual([]);
  });

  it("has two signatures while its key is rotated", async () => {
    keys(`${KEY} ${NEXT_KEY}`);
    const handler = await load();
    await run(handler, poll(signed()));
    await runAfter(handler, 1000);
    expect(receiver.received).toMatchObject([{ isSigned: [true, true] }]);
  });

  it("is asked again, with the same id and bytes and a new time, until it is accepted", async () => {
    const answers = [
      { status: 500 },
      { status: 404 },
      { status: 302, headers: { location: `${receiver.url}/away` } },
      { status: 429, headers: { "retry-after": "1800" } },
      { status: 202 },
    ];
    receiver.answer = (nth) => answers[nth - 1] ?? { status: 500 };
    const handler = await load();
    await run(handler, poll(signed()));
    for (let minutes = 0; minutes < 120; minutes++) await runAfter(handler, 60_000);

    const { received } = receiver;
    expect(received.map(({ isSigned }) => isSigned)).toEqual(Array(5).fill([true, false]));
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    const times = received.map(({ headers }) => Number(headers["webhook-timestamp"]));
    expect(new Set(times).size).toBe(5);
    expect((times[4] ?? 0) - (times[3] ?? 0)).toBeGreaterThanOrEqual(1800);
    expect(await letters()).toEqual([]);
  });

  it.each([
    ["is gone", 410, 1, /failed, last answered with 410/],
    ["never accepts it within three days", 503, 73, /webhook: expired/],
  ])(
    "becomes a dead letter with the outcome when the receiver %s",
    async (_name, status, hours, reason) => {
      receiver.answer = () => ({ status });
      const handler = await load();
      await run(handler, poll(signed()));
      for (let hour = 0; hour < hours; hour++) await runAfter(handler, HOUR);

      const [letter, ...others] = await letters();
      expect(others).toEqual([]);
      expect(letter?.Body).toBe(receiver.received[0]?.body);
      expect(letter?.MessageAttributes).toMatchObject({
        status: { StringValue: "undelivered" },
        reason: { StringValue: expect.stringMatching(reason) },
      });
      // What a delivery comes to is delivered nowhere.
      expect(await world.bodies(world.queues.outcomeQueueUrl)).toEqual([]);
      expect(await runAfter(handler, 100 * HOUR)).toBe(0);
    },
  );

  it("is sent once when its message is sent twice", async () => {
    const handler = await load();
    const event = await world.queues.event(poll(signed()));
    await handler(event, lambdaContext());
    await handler(event, lambdaContext());
    await deleteRecords(world.queues.sqs, world.queues.queueUrl, event.Records);
    expect(await runAfter(handler, 1000)).toBe(2);
    while ((await runAfter(handler, HOUR)) > 0);
    expect(receiver.received).toHaveLength(1);
    expect(await letters()).toEqual([]);
  });

  it("goes by the operator's hosts and secrets", async () => {
    const handler = await load({ POLL_ALLOW_HOSTS: "127.0.0.1" });
    const elsewhere = { webhook: { url: "http://hooks.example.test/" } };
    const secret = { webhook: { url: receiver.url, secret: "secretsmanager:other" } };
    await run(handler, poll(elsewhere), poll(secret));
    while ((await runAfter(handler, HOUR)) > 0);
    const reasons = (await letters()).map((of) => of.MessageAttributes?.reason?.StringValue ?? "");
    expect(reasons.toSorted()).toEqual([
      expect.stringContaining("POLL_ALLOW_HOSTS"),
      expect.stringContaining("POLL_ALLOW_SECRETS"),
    ]);
    expect(receiver.received).toEqual([]);
  });

  it("reaches no private address in any spelling", async () => {
    const { port } = new URL(receiver.url);
    const urls = ODD_URLS.map((url) => url.replace(/^http:\/\/([^/?#\\]+)/, `http://$1:${port}`));
    const handler = await load({ POLL_ALLOW_PRIVATE: "false", TABLE_NAME: "" });
    const outcome = { outcomeId: "forged", pollId: "forged" };
    const delivering = [...new Set([...ODD_URLS, ...urls])].map((url) =>
      JSON.stringify({
        delivery: outcome,
        request: { url, method: "POST", body: JSON.stringify(outcome) },
        maxErrors: 0,
      }),
    );
    for (let first = 0; first < delivering.length; first += 50) {
      await run(handler, ...delivering.slice(first, first + 50));
    }
    expect(receiver.received).toEqual([]);
    expect((await letters()).length).toBe(delivering.length);
  });
});
