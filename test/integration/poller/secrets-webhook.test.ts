import { createHmac } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";
import { type SecretsWorld, startSecretsWorld } from "./secrets-world.ts";

const [OLD, NEW] = [1, 2].map((byte) => Buffer.alloc(32, byte)) as [Buffer, Buffer];
const [OLD_KEY, NEW_KEY] = [OLD, NEW].map((key) => `whsec_${key.toString("base64")}`);
const auth = { secret: "secretsmanager:polls/hook", as: "webhook" };

let secrets: SecretsWorld;
let consumer: CountingServer;
let received: { headers: IncomingHttpHeaders; body: string }[] = [];

beforeAll(async () => {
  secrets = await startSecretsWorld();
  consumer = await startCountingServer(async (request, response) => {
    received.push({ headers: request.headers, body: await text(request) });
    response.end(`thank you, ${OLD_KEY}`);
  });
});
afterAll(async () => {
  await consumer.close();
  await secrets[Symbol.asyncDispose]();
});

const give = (value: unknown) =>
  secrets.aws.secrets.set(
    "secretsmanager:polls/hook",
    JSON.stringify({ origins: [consumer.url], value }),
  );
const deliver = async (pollId: string, headers: object, body: unknown) => {
  received = [];
  const request = { url: `${consumer.url}/hook`, method: "POST", headers, body, auth };
  const ended = await secrets.outcomesOf(
    await secrets.load({ LOG_LEVEL: "SILENT" }),
    JSON.stringify({ pollId, request }),
  );
  return ended.get(pollId);
};
const signature = (key: Buffer, { headers, body }: (typeof received)[number]) => {
  const signed = `${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`;
  return `v1,${createHmac("sha256", key).update(signed).digest("base64")}`;
};

it("signs each attempt over the bytes that are sent", async () => {
  give(OLD_KEY);
  const before = Math.floor(Date.now() / 1000);
  const outcome = await deliver("signed", { "webhook-id": "msg_1" }, { status: "é", n: 1.5 });
  expect(outcome.status).toBe("succeeded");
  const [request] = received;
  if (request === undefined) throw new Error("nothing was received");
  expect(request.body).toBe('{"status":"é","n":1.5}');
  expect(request.headers["content-type"]).toBe("application/json");
  expect(request.headers["webhook-signature"]).toBe(signature(OLD, request));
  expect(Number(request.headers["webhook-timestamp"])).toBeGreaterThanOrEqual(before);
  expect(outcome.response.body).toBe("thank you, whsec_[secret]=");
});

it("signs with both keys of a secret that is being rotated", async () => {
  for (const value of [`${NEW_KEY} ${OLD_KEY}`, [NEW_KEY, OLD_KEY]]) {
    give(value);
    await deliver(`rotated-${typeof value}`, { "webhook-id": "msg_2" }, "text");
    const [request] = received;
    if (request === undefined) throw new Error("nothing was received");
    expect(request.headers["webhook-signature"]).toBe(
      [NEW, OLD].map((key) => signature(key, request)).join(" "),
    );
  }
});

it("sends nothing without a webhook-id", async () => {
  give(OLD_KEY);
  const outcome = await deliver("no-id", {}, "text");
  expect(outcome).toMatchObject({ status: "failed", error: { name: "MissingWebhookIdError" } });
  expect(received).toEqual([]);
});
