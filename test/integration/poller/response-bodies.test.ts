import zlib from "node:zlib";
import { expect, it, onTestFinished } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { startCountingServer } from "../../support/counting-server.ts";
import { startPollerWorld } from "./poller-world.ts";

const JSON_TYPE = { "content-type": "application/json" };
const GZIP = { ...JSON_TYPE, "content-encoding": "gzip" };
const DIGITS = '{"id":653247040368672769,"max":1e400,"price":1.0,"done":true}';

type Canned = [
  status: number,
  headers: Record<string, string>,
  bytes: string | Buffer,
  length?: number,
];
const ANSWERS: Readonly<Record<string, Canned>> = {
  digits: [200, JSON_TYPE, DIGITS],
  labelled: [200, { "content-type": "text/plain", "content-encoding": "UTF-8" }, DIGITS],
  deflated: [200, { "content-encoding": "deflate" }, zlib.deflateRawSync(DIGITS)],
  image: [200, { "content-type": "image/png" }, Buffer.from([0x89, 0x50, 0, 0xff])],
  "gone-badly": [404, GZIP, "no gzip"],
  "done-badly": [200, GZIP, "no gzip"],
  large: [200, JSON_TYPE, Buffer.alloc(1_048_577, "1")],
  short: [404, JSON_TYPE, "{", 100],
  "done-short": [200, JSON_TYPE, "{", 100],
};

const URL_OF_RESULT = "join('/', ['https://a.example', to_string(body.id)])";
const DONE = { success: "body.done && body.id != `653247040368672768`", result: URL_OF_RESULT };
const RESULT = "https://a.example/653247040368672769";

it("outcomes keep every digit and byte of an answer, and the known parts of an unreadable one", async () => {
  await using world = await startPollerWorld({});
  const server = await startCountingServer((request, response) => {
    const [status, headers, bytes, length] = ANSWERS[request.url?.slice(1) ?? ""] ?? [500, {}, ""];
    response.writeHead(status, { ...headers, ...(length && { "content-length": length }) });
    response.write(bytes);
    if (length === undefined) response.end();
    else setImmediate(() => response.destroy());
  });
  onTestFinished(() => server.close());
  const poll = (path: string, fields = {}) =>
    world.message(path, { request: { url: `${server.url}/${path}` }, maxErrors: 0, ...fields });
  const withDone = ["digits", "labelled", "deflated"].map((path) =>
    poll(path, { pollId: path, until: DONE }),
  );
  const others = ["image", "gone-badly", "done-badly", "large", "short", "done-short"];
  const handler = await world.load();
  const event = await world.queues.event(
    ...withDone,
    ...others.map((path) => poll(path, { pollId: path })),
    poll("large", { pollId: "large-needed", until: DONE }),
  );
  expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });

  const texts = await world.bodies(world.queues.outcomeQueueUrl);
  const outcomes = new Map(texts.map((text) => [JSON.parse(text).pollId, text]));
  for (const path of ["digits", "labelled", "deflated"]) {
    expect(outcomes.get(path)).toContain(`"body":${DIGITS}},"result":"${RESULT}"`);
  }
  const outcome = (path: string) => JSON.parse(outcomes.get(path) ?? "{}");
  expect(outcome("image")).toMatchObject({
    status: "succeeded",
    response: { status: 200, body: "iVAA/w==", bodyEncoding: "base64" },
  });
  const unreadable = { name: "UnreadableBodyError" };
  expect(outcome("gone-badly")).toMatchObject({
    status: "failed",
    response: { status: 404, headers: { "content-encoding": "gzip" } },
    error: { name: "HttpStatusError" },
  });
  expect(outcome("done-badly")).toMatchObject({
    status: "succeeded",
    response: { status: 200 },
    error: unreadable,
  });
  expect(outcome("large")).toMatchObject({ status: "succeeded", error: unreadable });
  expect(outcome("large-needed")).toMatchObject({
    status: "failed",
    response: { status: 200, headers: { "content-type": "application/json" } },
    error: unreadable,
  });
  expect(outcome("short")).toMatchObject({
    status: "failed",
    response: { status: 404 },
    error: { name: "HttpStatusError" },
  });
  expect(outcome("done-short")).toMatchObject({
    status: "failed",
    response: { status: 200 },
    error: { message: "aborted" },
  });
});
