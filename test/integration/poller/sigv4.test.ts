import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";
import { sigV4Problem } from "../../support/sigv4-problem.ts";
import { type SecretsWorld, startSecretsWorld } from "./secrets-world.ts";

const SECRET_KEY = "a/secret+key-MARKER";
const SESSION_TOKEN = "a-session-token/+==MARKER";
const auth = { as: "sigv4", service: "athena", region: "eu-west-1" };

let secrets: SecretsWorld;
let aws: CountingServer;
let other: CountingServer;
let received: { headers: IncomingHttpHeaders; url: string; problem: string | undefined }[] = [];

beforeAll(async () => {
  secrets = await startSecretsWorld();
  aws = await startCountingServer(async (request, response) => {
    const { headers, url = "" } = request;
    const body = await text(request);
    const problem = sigV4Problem(request, body, SECRET_KEY);
    received.push({ headers, url, problem });
    if (url.startsWith("/away")) response.setHeader("location", "/there");
    response.setHeader("content-type", "application/json");
    response.writeHead(url.startsWith("/away") ? 307 : problem === undefined ? 200 : 403);
    response.end(JSON.stringify({ headers, body, QueryExecution: { State: "SUCCEEDED" } }));
  });
  other = await startCountingServer((_, response) => response.end("elsewhere"));
});
beforeEach(() => {
  received = [];
});
afterAll(async () => {
  await Promise.all([aws.close(), other.close()]);
  await secrets[Symbol.asyncDispose]();
});

const load = (environment = {}) =>
  secrets.load({
    POLL_ALLOW_SIGV4: "athena@127.0.0.1,s3@127.0.0.1",
    AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    AWS_SESSION_TOKEN: SESSION_TOKEN,
    LOG_LEVEL: "SILENT",
    ...environment,
  });
let polls = 0;
const outcomeOf = async (request: object, environment = {}) => {
  const pollId = `poll-${++polls}`;
  const message = JSON.stringify({ pollId, request: { url: aws.url, auth, ...request } });
  const ended = await secrets.outcomesOf(await load(environment), message);
  return ended.get(pollId);
};

describe("a request that is signed with the function's role", () => {
  it.each<[string, object]>([
    ["a GET", { url: "/queries/1?b=2&a=1&a=0&c" }],
    ["odd characters", { url: "/a%20b/(c)*'!/%C3%A9?d+e=f%2Bg&h=~(i)*'&%C3%A9=%2F" }],
    [
      "a POST with a target, as Athena takes it",
      {
        method: "POST",
        headers: {
          "Content-Type": "application/x-amz-json-1.1",
          "X-Amz-Target": "AmazonAthena.GetQueryExecution",
          Authorization: "its own",
        },
        body: { QueryExecutionId: "é" },
      },
    ],
    ["a text as its body", { method: "PUT", url: "/x", body: "text" }],
  ])("%s", async (_, { url = "/", ...request }: { url?: string }) => {
    expect(await outcomeOf({ url: `${aws.url}${url}`, ...request })).toMatchObject({
      status: "succeeded",
    });
    expect(received.map(({ problem }) => problem)).toEqual([undefined]);
  });

  it("names neither the secret key nor the session token, however AWS repeats it", async () => {
    const outcome = await outcomeOf({});
    expect(received[0]?.headers["x-amz-security-token"]).toBe(SESSION_TOKEN);
    const { headers } = outcome.response.body;
    expect(headers["x-amz-security-token"]).toBe("[secret]");
    expect(headers.authorization).toMatch(/Signature=\[secret\]$/);
    expect(JSON.stringify(outcome)).not.toContain("MARKER");
  });

  it("is not made unless the operator allows the service", async () => {
    for (const list of ["", "glue"]) {
      expect(await outcomeOf({}, { POLL_ALLOW_SIGV4: list })).toMatchObject({
        status: "failed",
        error: {
          name: "ForbiddenSignatureError",
          message:
            "the service athena is not in POLL_ALLOW_SIGV4; the stack's parameter AllowSigV4 lists all services that messages may name",
        },
      });
    }
    expect(received).toEqual([]);
  });

  it("is not made to a host that is not the service's", async () => {
    const url = other.url.replace("127.0.0.1", "localhost");
    const { error } = await outcomeOf({ url });
    expect(error).toEqual({
      name: "ForbiddenSignatureError",
      message: `a request signed for athena in eu-west-1 may not be sent to ${url}`,
    });
    expect(await outcomeOf({}, { POLL_ALLOW_SIGV4: "athena" })).toMatchObject({
      error: { name: "ForbiddenSignatureError" },
    });
    expect(other.requests).toBe(0);
  });

  it("takes no signature along to where a redirect leads", async () => {
    await outcomeOf({ url: `${aws.url}/away` });
    expect(received.map(({ url, problem }) => [url, problem])).toEqual([
      ["/away", undefined],
      ["/there", "no signature"],
    ]);
    expect(received[1]?.headers).not.toHaveProperty("x-amz-security-token");
  });
});
