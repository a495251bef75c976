import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startJobApi } from "../../../infra/cli/demo/job-api.ts";
import type { DemoJob } from "../../../infra/cli/demo/jobs.ts";
import { startDynamoDbServer } from "../../../infra/local/dynamodb/server.ts";
import { startLambdaServer } from "../../../infra/local/lambda/server.ts";
import { startSqsServer } from "../../../infra/local/sqs/server.ts";

/** Every server of the local stack and the demonstration, and a request that it answers with 200. */
const ENDPOINTS = {
  SQS: {
    start: () => startSqsServer(),
    path: "/",
    headers: { "x-amz-target": "AmazonSQS.ListQueues" },
  },
  DynamoDB: {
    start: () => startDynamoDbServer(),
    path: "/",
    headers: { "x-amz-target": "DynamoDB_20120810.ListTables" },
  },
  Lambda: {
    start: () => startLambdaServer([]),
    path: "/2015-03-31/event-source-mappings/",
    headers: {},
    method: "GET",
  },
  "the description of the stack": {
    start: () =>
      startSqsServer({
        describe: () => ({
          outputs: {},
          endpoints: { sqs: "http://127.0.0.1:1", lambda: "http://127.0.0.1:2" },
          region: "us-east-1",
          parameters: {},
        }),
      }),
    path: "/stack",
    headers: {},
    method: "GET",
  },
  "the demonstration's job API": {
    start: async () => {
      const job: DemoJob = {
        name: "a",
        shows: "an answer",
        answer: () => ({ status: 200 }),
        message: {},
        endsAs: "succeeded",
      };
      const { origin, close } = await startJobApi([job], () => {});
      return { endpoint: origin, close };
    },
    path: "/jobs/a",
    headers: {},
  },
};

describe.each(Object.entries(ENDPOINTS))("%s", (_, { start, path, headers, ...more }) => {
  const usual = "method" in more ? more.method : "POST";
  let server: Awaited<ReturnType<typeof start>>;
  let port: string;
  beforeAll(async () => {
    server = await start();
    port = new URL(server.endpoint).port;
  });
  afterAll(() => server.close());

  const statusFor = (more: Record<string, string>, method = usual) =>
    new Promise<number | undefined>((resolve, reject) => {
      const url = new URL(path, server.endpoint);
      const options = { method, headers: { ...headers, ...more }, agent: false };
      const sent = request(url, options, (response) => {
        response.resume().once("end", () => resolve(response.statusCode));
      });
      sent.once("error", reject).end(method === "POST" ? "{}" : undefined);
    });

  it("listens on loopback only", () => {
    expect(new URL(server.endpoint).hostname).toBe("127.0.0.1");
  });

  it.each(["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])("accepts the host %s", async (name) => {
    expect(await statusFor({ host: `${name}:${port}` })).toBe(200);
  });

  it.each(["evil.example", "127.0.0.1.evil.example", "192.168.0.7", "127.0.0.2", "user@localhost"])(
    "refuses the host %s, which a web page could resolve to this machine",
    async (name) => {
      expect(await statusFor({ host: `${name}:${port}` })).toBe(403);
    },
  );

  it.each(["localhost", "localhost:1", "localhost:"])(
    "refuses '%s', a host with another port",
    async (host) => {
      expect(await statusFor({ host })).toBe(403);
    },
  );

  it.each(["cross-site", "same-site", "same-origin"])(
    "refuses what a web page loads without saying its origin: %s",
    async (site) => {
      expect(await statusFor({ "sec-fetch-site": site })).toBe(403);
      expect(await statusFor({ "sec-fetch-site": "none" })).toBe(200);
    },
  );

  it.each(["https://evil.example", "null", "http://127.0.0.1:1", ""])(
    "refuses a web page of the origin '%s'",
    async (origin) => {
      expect(await statusFor({ origin })).toBe(403);
      expect(await statusFor({ origin }, "OPTIONS")).toBe(403);
    },
  );
});
