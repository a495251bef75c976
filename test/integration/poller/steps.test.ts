import type http from "node:http";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";
import { type SecretsWorld, startSecretsWorld } from "./secrets-world.ts";

/** What a server was asked, and which credentials and body it was told. */
interface Asked {
  readonly request: string;
  readonly key: string | undefined;
  readonly tenant: unknown;
  readonly body: string;
}

type Reply = Parameters<http.ServerResponse["writeHead"]>[1];
type Answers = Readonly<Record<string, (nth: number) => [number, Reply?, unknown?]>>;

let secrets: SecretsWorld;
let table: LocalTable;
let handler: Awaited<ReturnType<SecretsWorld["load"]>>;
let asked: Asked[] = [];
let answers: Answers = {};
let api: CountingServer;
let files: CountingServer;

const startServer = (name: string) =>
  startCountingServer(async (request, response) => {
    const { method, url = "", headers } = request;
    const body = await text(request);
    const { authorization: key, "x-tenant": tenant } = headers;
    const said = `${method} ${name}${url}`;
    asked.push({ request: said, key, tenant, body });
    const nth = asked.filter((each) => each.request === said).length;
    const [status, more = {}, content = ""] = answers[said]?.(nth) ?? [404];
    response.writeHead(status, { "content-type": "application/json", ...more });
    response.end(typeof content === "string" ? content : JSON.stringify(content));
  });

beforeEach(async () => {
  asked = [];
  secrets = await startSecretsWorld();
  table = await startLocalTable();
  api = await startServer("api");
  files = await startServer("files");
  const origins = [api.url];
  secrets.aws.secrets.set("ssm:/polls/key", JSON.stringify({ origins, value: "the-api-key" }));
  const { tableName, endpoint } = table;
  handler = await secrets.load({
    TABLE_NAME: tableName,
    AWS_ENDPOINT_URL_DYNAMODB: endpoint,
    LOG_LEVEL: "SILENT",
  });
});
afterEach(async () => {
  await Promise.all([api.close(), files.close(), table.close()]);
  await secrets[Symbol.asyncDispose]();
});

const KEY = "Bearer the-api-key";
const UNTIL = {
  success: "body.state == 'done'",
  next: "body.poll",
  fetch: "body.result",
  result: "body",
};

/** Runs a poll until its outcome, in as many invocations as it has messages. */
async function outcomeOf(message: object) {
  const { queues } = secrets.world;
  let event = await queues.event(JSON.stringify({ pollId: "job", delaySeconds: 0, ...message }));
  for (let invocations = 0; invocations < 12; invocations++) {
    expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
    const [outcome] = await secrets.world.bodies(queues.outcomeQueueUrl);
    if (outcome !== undefined) return JSON.parse(outcome);
    queues.advance(60_000);
    event = await queues.event();
  }
  throw new Error("no outcome");
}

const start = () => ({
  url: `${api.url}/v1/jobs`,
  headers: { "x-tenant": "t" },
  body: { input: 1 },
  auth: { secret: "ssm:/polls/key" },
});

describe("a job is started once, followed where it moves, and its result is fetched", () => {
  it("and each server is told only what it may know", async () => {
    answers = {
      "POST api/v1/jobs": () => [202, {}, { poll: "jobs/7" }],
      "GET api/v1/jobs/7": (nth) =>
        nth === 1
          ? [200, {}, { state: "new", result: `${files.url}/r` }]
          : [200, {}, { state: "running", poll: `${files.url}/monitor` }],
      "GET files/monitor": () => [200, {}, { state: "running", poll: `${api.url}/v1/jobs/8` }],
      "GET api/v1/jobs/8": () => [200, {}, { state: "done" }],
      "GET files/r": () => [200, { "content-type": "text/csv" }, "a,b\n"],
    };
    const outcome = await outcomeOf({ start: start(), until: UNTIL, maxRetries: 4 });
    expect(outcome).toMatchObject({
      status: "succeeded",
      result: "a,b\n",
      resultUrl: `${files.url}/r`,
      retryCount: 4,
    });
    const told = { key: KEY, tenant: "t", body: "" };
    const nothing = { key: undefined, tenant: undefined, body: "" };
    expect(asked).toEqual([
      { ...told, request: "POST api/v1/jobs", body: '{"input":1}' },
      { ...told, request: "GET api/v1/jobs/7" },
      { ...told, request: "GET api/v1/jobs/7" },
      { ...nothing, request: "GET files/monitor" },
      { ...told, request: "GET api/v1/jobs/8" },
      { ...nothing, request: "GET files/r" },
    ]);
  });

  it("and an origin of the message is told headers, and the secret if it names it", async () => {
    answers = {
      "POST api/v1/jobs": () => [
        200,
        {},
        { state: "done", result: { url: `${files.url}/r`, method: "POST", body: { id: 7 } } },
      ],
      "POST files/r": () => [200, {}, { rows: 2 }],
    };
    const origins = [api.url, files.url];
    secrets.aws.secrets.set("ssm:/polls/key", JSON.stringify({ origins, value: "the-api-key" }));
    const message = { start: { ...start(), origins: [files.url] }, until: UNTIL };
    expect(await outcomeOf(message)).toMatchObject({ status: "succeeded", result: { rows: 2 } });
    expect(asked.at(-1)).toEqual({
      request: "POST files/r",
      key: KEY,
      tenant: "t",
      body: '{"id":7}',
    });
  });
});

describe("a start is not sent again", () => {
  it("when its answer says nothing of what was started", async () => {
    answers = { "POST api/v1/jobs": () => [500, {}, { why: "who knows" }] };
    const until = { ...UNTIL, error: "body.why" };
    expect(await outcomeOf({ start: start(), until })).toMatchObject({
      status: "failed",
      error: { name: "StartUnknownError", reason: "who knows" },
    });
    expect(asked).toHaveLength(1);
  });

  it("but when it has started nothing", async () => {
    answers = {
      "POST api/v1/jobs": (nth) => (nth < 3 ? [429] : [200, {}, { state: "done" }]),
    };
    expect(await outcomeOf({ start: start(), until: UNTIL })).toMatchObject({
      status: "succeeded",
      retryCount: 2,
    });
    expect(asked).toHaveLength(3);
  });
});

describe("a preset's name is a whole message", () => {
  it("http-async, with a result that a redirect leads to", async () => {
    answers = {
      "POST api/v1/jobs": () => [202, { location: "/queue/7" }],
      "GET api/queue/7": (nth) => (nth < 3 ? [202] : [303, { location: "/results/7" }]),
      "GET api/results/7": () => [200, {}, { rows: 3 }],
    };
    expect(await outcomeOf({ start: start(), until: "http-async" })).toMatchObject({
      status: "succeeded",
      result: { rows: 3 },
    });
    expect(asked).toHaveLength(5);
  });
});

describe("what this poller cannot do is told", () => {
  const deadLetters = async (message: object) => {
    const { queues } = secrets.world;
    await handler(await queues.event(JSON.stringify(message)), lambdaContext());
    return queues.receive(queues.deadLetterQueueUrl);
  };

  it("a start without a table is poison", async () => {
    handler = await secrets.load({ LOG_LEVEL: "SILENT" });
    const [letter] = await deadLetters({ start: start() });
    expect(letter?.MessageAttributes?.reason?.StringValue).toContain("start: must have idempotent");
    expect(asked).toEqual([]);
    answers = { "POST api/v1/jobs": () => [200] };
    const idempotent = { ...start(), idempotent: true };
    expect(await outcomeOf({ start: idempotent })).toMatchObject({ status: "succeeded" });
  });

  it("a preset of a newer version is held, and poison in a submission", async () => {
    const [letter] = await deadLetters({ start: start(), until: "of-next-year" });
    expect(letter?.MessageAttributes?.reason?.StringValue).toContain("until: must be the name");
    const message = { start: start(), until: "of-next-year", copyId: "c", sequence: 1 };
    expect(await deadLetters(message)).toEqual([]);
    secrets.world.queues.advance(120_000);
    const [held] = await secrets.world.bodies(secrets.world.queues.queueUrl);
    expect(JSON.parse(held ?? "")).toMatchObject({ until: "of-next-year", start: start() });
    expect(asked).toEqual([]);
  });
});
