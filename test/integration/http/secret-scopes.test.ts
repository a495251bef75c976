import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { type OutOfScope, sendWithSecret } from "../../../lib/secrets/send-with-secret.ts";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";
import { httpClient } from "../../support/http-client.ts";
import { secretsOf } from "../../support/secrets-of.ts";

const TOKEN = "a-token-MARKER";
const { agents } = httpClient();

let api: CountingServer;
let other: CountingServer;
let told: (string | undefined)[] = [];
let reads = 0;

beforeAll(async () => {
  api = await startCountingServer(({ headers }, response) => {
    told.push(headers.authorization);
    response.end("the API");
  });
  other = await startCountingServer(({ headers }, response) => {
    told.push(headers.authorization);
    response.writeHead(401).end(`elsewhere, ${TOKEN}`);
  });
});
beforeEach(() => {
  told = [];
  reads = 0;
});
afterAll(async () => {
  agents.destroy();
  await Promise.all([api.close(), other.close()]);
});

const ask = (url: string, outOfScope?: OutOfScope) => {
  const read = async () => {
    reads++;
    return JSON.stringify({ origins: [api.url], paths: ["/jobs/*"], value: TOKEN });
  };
  return sendWithSecret(
    { url, method: "GET", headers: { "x-kept": "1" } },
    { secret: "secretsmanager:polls/api", as: "bearer" },
    secretsOf({ read, readAfterRefusal: read }, agents),
    { agents, timeoutMs: 60_000, signal: new AbortController().signal, outOfScope },
  );
};

it("refuses a request that the secret may not go into, by default", async () => {
  for (const url of [`${other.url}/jobs/1`, `${api.url}/admin`]) {
    for (const outOfScope of [undefined, "refuse"] as const) {
      expect(await ask(url, outOfScope)).toMatchObject({
        kind: "refused",
        error: { name: "ForbiddenSecretError" },
      });
    }
  }
  expect(told).toEqual([]);
});

it("sends a request whose URL a server named without the secret where that may not go", async () => {
  expect(await ask(`${api.url}/admin`, "without")).toMatchObject({ response: { status: 200 } });
  expect(await ask(`${other.url}/jobs/1`, "without")).toMatchObject({
    response: { status: 401, body: "elsewhere, [secret]" },
  });
  expect(told).toEqual([undefined, undefined]);
  // A 401 to a request without the secret says nothing about the secret.
  expect(reads).toBe(2);
});

it("sends the secret where it may go, whoever named the URL", async () => {
  await ask(`${api.url}/jobs/1`, "without");
  await ask(`${api.url}/jobs/1`, "refuse");
  expect(told).toEqual([`Bearer ${TOKEN}`, `Bearer ${TOKEN}`]);
});
