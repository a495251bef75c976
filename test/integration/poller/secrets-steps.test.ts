import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";
import { type SecretsWorld, startSecretsWorld } from "./secrets-world.ts";

const KEY = "a-key/+ MARKER&=?";

/** What a server was asked: its name, the method, the URL and the Authorization header. */
interface Asked {
  readonly request: string;
  readonly authorization: string | undefined;
}

type Reply = { status?: number; location?: string; body?: unknown };

let secrets: SecretsWorld;
let api: CountingServer;
let files: CountingServer;
let tokens: CountingServer;
let asked: Asked[] = [];
let reply: (request: string, url: string) => Reply;

const startServer = (name: string) =>
  startCountingServer(({ method, url = "", headers: { authorization } }, response) => {
    const request = `${method} ${name}${url}`;
    asked.push({ request, authorization });
    const { status = 200, location, body = {} } = reply(request, url);
    response.writeHead(status, {
      "content-type": "application/json",
      ...(location && { location }),
    });
    response.end(JSON.stringify(body));
  });

beforeEach(async () => {
  asked = [];
  secrets = await startSecretsWorld();
  [api, files] = [await startServer("api"), await startServer("files")];
  let count = 0;
  tokens = await startCountingServer((_, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ access_token: `token-${++count}-MARKER`, expires_in: 3600 }));
  });
});
afterEach(async () => {
  await Promise.all([api.close(), files.close(), tokens.close()]);
  await secrets[Symbol.asyncDispose]();
});

/** Runs a poll to its outcome; returns the outcome and the texts of all its messages. */
async function run(message: object) {
  const { queues } = secrets.world;
  const handler = await secrets.load({ LOG_LEVEL: "SILENT" });
  const messages: string[] = [];
  let event = await queues.event(JSON.stringify({ delaySeconds: 0, ...message }));
  for (let invocations = 0; invocations < 9; invocations++) {
    messages.push(...event.Records.map(({ body }) => body));
    expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
    const [outcome] = await secrets.world.bodies(queues.outcomeQueueUrl);
    if (outcome !== undefined) return { outcome: JSON.parse(outcome), messages };
    queues.advance(60_000);
    event = await queues.event();
  }
  throw new Error("no outcome");
}

describe("the credentials of a job that moves", () => {
  it("a token goes to the secret's origins only, and is fetched once for all steps", async () => {
    secrets.aws.secrets.set(
      "secretsmanager:polls/client",
      JSON.stringify({
        origins: [api.url],
        tokenUrl: tokens.url,
        clientId: "client",
        clientSecret: "client-secret-MARKER",
      }),
    );
    reply = (request) => {
      if (request === "POST api/jobs") return { status: 202, location: `${files.url}/ops/1` };
      if (request === "GET files/ops/1")
        return { body: { done: true, result: `${api.url}/result` } };
      return { body: { value: 42 } };
    };
    const { outcome, messages } = await run({
      start: {
        url: `${api.url}/jobs`,
        auth: { secret: "secretsmanager:polls/client", as: "oauth2" },
        idempotent: true,
      },
      until: {
        success: "body.done",
        next: "headers.location",
        fetch: "body.result",
        result: "body.value",
      },
    });
    expect(outcome).toMatchObject({ status: "succeeded", result: 42 });
    const token = "Bearer token-1-MARKER";
    expect(asked).toEqual([
      { request: "POST api/jobs", authorization: token },
      { request: "GET files/ops/1", authorization: undefined },
      { request: "GET api/result", authorization: token },
    ]);
    expect(tokens.requests).toBe(1);
    expect(JSON.stringify([outcome, messages])).not.toContain("MARKER");
  });

  it("a key in the query is in no message, though each answer names it in the next URL", async () => {
    secrets.aws.secrets.set(
      "secretsmanager:polls/key",
      JSON.stringify({ origins: [api.url], value: KEY }),
    );
    reply = (request, url) => {
      if (request.startsWith("GET files")) return { body: { value: 42 } };
      const page = Number(new URL(url, api.url).searchParams.get("page"));
      const next = `${url.replace(/&page=\d/, "")}&page=${page + 1}`;
      return page < 2
        ? { status: 202, location: next, body: { self: api.url + url } }
        : { body: { done: true, result: `${files.url}/result?signed=1` } };
    };
    const { outcome, messages } = await run({
      request: {
        url: `${api.url}/jobs/1?b=1`,
        auth: { secret: "secretsmanager:polls/key", as: "query:api_key" },
      },
      until: {
        success: "body.done",
        next: "headers.location",
        fetch: "body.result",
        result: "body.value",
      },
    });
    expect(outcome).toMatchObject({ status: "succeeded", result: 42 });
    const key = `api_key=${encodeURIComponent(KEY)}`;
    expect(asked.map(({ request }) => request)).toEqual([
      `GET api/jobs/1?b=1&${key}`,
      `GET api/jobs/1?b=1&page=1&${key}`,
      `GET api/jobs/1?b=1&page=2&${key}`,
      "GET files/result?signed=1",
    ]);
    expect(JSON.stringify([outcome, messages])).not.toMatch(/MARKER|api_key=/);
  });
});
