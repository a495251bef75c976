import type { LambdaFunctionURLEvent } from "aws-lambda";
import { Webhook } from "standardwebhooks";
import { expect, it } from "vitest";
import { webhookReceiver } from "./receive-webhook.ts";

const [OLD, NEW, OTHER] = ["a", "b", "c"].map(
  (letter) => `whsec_${Buffer.alloc(32, letter).toString("base64")}`,
) as [string, string, string];
const BODY = '{"status":"succeeded","context":"é\\u0000","n":1.50}';

const secretOf = (value: unknown) =>
  JSON.stringify({ origins: ["https://hooks.example.com"], value });

function startWorld(secret: string = secretOf(OLD)) {
  const stored = new Map<string, string>();
  const receive = webhookReceiver({
    readSecret: async () => secret,
    async storeOnce(id, json) {
      if (!stored.has(id)) stored.set(id, json);
    },
  });
  return { stored, receive };
}

interface Sent {
  readonly body?: string;
  readonly signedBody?: string;
  readonly id?: string;
  readonly key?: string;
  readonly secondsAgo?: number;
  readonly isBase64Encoded?: boolean;
  readonly method?: string;
  readonly without?: string;
}

/** A signed request, as a function URL hands it over. */
function request(sent: Sent = {}): LambdaFunctionURLEvent {
  const { body = BODY, id = "p-1@2026-01-01T00:00:00.000Z", key = OLD, secondsAgo = 0 } = sent;
  const { isBase64Encoded = false, method = "POST" } = sent;
  const at = new Date(Date.now() - secondsAgo * 1000);
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
    "webhook-signature": new Webhook(key).sign(id, at, sent.signedBody ?? body),
  };
  if (sent.without !== undefined) delete headers[sent.without];
  return {
    headers,
    isBase64Encoded,
    body: isBase64Encoded ? Buffer.from(body).toString("base64") : body,
    requestContext: { http: { method } },
  } as unknown as LambdaFunctionURLEvent;
}

it.each([false, true])("stores the signed bytes, in base64: %s", async (isBase64Encoded) => {
  const { stored, receive } = startWorld();
  expect(await receive(request({ isBase64Encoded }))).toEqual({ statusCode: 204 });
  expect([...stored]).toEqual([["p-1@2026-01-01T00:00:00.000Z", BODY]]);
});

it("stores an outcome that is delivered again once", async () => {
  const { stored, receive } = startWorld();
  for (let time = 0; time < 3; time++) {
    expect(await receive(request({ secondsAgo: time }))).toEqual({ statusCode: 204 });
  }
  expect(stored.size).toBe(1);
});

it.each<[string, Sent]>([
  ["another key", { key: OTHER }],
  ["another body", { signedBody: "{}" }],
  ["a timestamp six minutes old", { secondsAgo: 360 }],
  ["a timestamp six minutes ahead", { secondsAgo: -360 }],
  ["no id", { without: "webhook-id" }],
  ["no timestamp", { without: "webhook-timestamp" }],
  ["no signature", { without: "webhook-signature" }],
])("refuses %s, and stores nothing", async (_name, sent) => {
  const { stored, receive } = startWorld();
  expect(await receive(request(sent))).toEqual({ statusCode: 401 });
  expect(stored.size).toBe(0);
});

it.each([[`${NEW} ${OLD}`], [[NEW, OLD]]])("accepts either key of %j", async (value) => {
  for (const key of [NEW, OLD]) {
    expect(await startWorld(secretOf(value)).receive(request({ key }))).toEqual({
      statusCode: 204,
    });
  }
});

it.each([OLD, "null", "{}", secretOf(""), secretOf("too short"), secretOf(["x", 1])])(
  "fails without a key, and does not say what is there instead: %s",
  async (secret) => {
    const answer = startWorld(secret).receive(request());
    await expect(answer).rejects.toThrow(
      /^the secret must be JSON with a key as its value: [^x]*$/,
    );
  },
);

it("answers only POST", async () => {
  expect(await startWorld().receive(request({ method: "GET" }))).toEqual({ statusCode: 405 });
});
