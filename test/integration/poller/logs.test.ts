import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

let world: PollerWorld;
beforeEach(async () => {
  world = await startPollerWorld({
    "/done": () => ({ status: 200, headers: { "x-reply": "MARKER-reply" } }),
    "/broken": () => ({ status: 500, body: "MARKER-reply-body" }),
    "/away": () => ({ status: 302, headers: { location: "file:///MARKER-location" } }),
    "/cookie": () => ({ status: 401, headers: { "set-cookie": "MARKER-cookie" }, body: "MARKER" }),
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await world[Symbol.asyncDispose]();
});

const captureOutput = () => {
  let output = "";
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, "write").mockImplementation((chunk) => {
      output += String(chunk);
      return true;
    });
  }
  return () => output;
};

const load = () => world.load({ LOG_LEVEL: "DEBUG", METRICS_NAMESPACE: "RequestPoller" });

/** A poll with a marker in every place where a sender could put a secret. */
const marked = (path: string, more: object = {}) => ({
  MessageBody: JSON.stringify({
    pollId: path.slice(1),
    request: {
      url: `${world.jobs.url}${path}?token=MARKER-query`,
      method: "POST",
      headers: { authorization: "Bearer MARKER-header" },
      body: { password: "MARKER-body" },
    },
    context: { note: "MARKER-context" },
    ...more,
  }),
  MessageAttributes: { note: { DataType: "String", StringValue: "MARKER-attribute" } },
});

describe("the poller's log", () => {
  it("shows record, poll and origin, and nothing else of a message or a response", async () => {
    const event = await world.queues.event(
      marked("/done"),
      marked("/broken"),
      marked("/unknown-field", { apiKey: "MARKER-unknown", "MARKER-name": 1 }),
      marked("/unknown-in-request", { request: { url: "https://a.example", "MARKER-name": 1 } }),
      marked("/bad-header", { request: { url: "https://a.example", headers: { "MARKER-h": 1 } } }),
      marked("/bad-header-name", {
        request: { url: "https://a.example", headers: { "MARKER h": "" } },
      }),
      marked("/bad-function", { until: { success: "MARKER_function(body)" } }),
      marked("/bad-until", { until: { success: "MARKER-expression ||" } }),
      marked("/bad-url", { request: { url: "https://MARKER-user:MARKER-password@example.com/" } }),
      marked("/bad-secret", { request: { auth: { secret: "MARKER-secret" } } }),
      marked("/no-secret", {
        request: { url: world.jobs.url, auth: { secret: "secretsmanager:MARKER-secret" } },
      }),
      marked("/away", { request: { url: `${world.jobs.url}/away?MARKER-query#MARKER-hash` } }),
      marked("/cookie"),
      marked("/refused", { request: { url: "http://169.254.169.254/MARKER-path" } }),
      marked("/costly", { until: { success: "'MARKER-literal' | [@,@,@,@,@,@] | abs(@)" } }),
      '{"request":{"headers":{"x-api-key":"MARKER-broken-json"',
      "MARKER-no-json",
    );
    const output = captureOutput();
    await (await load())(event, lambdaContext());

    const lines = output().trim().split("\n");
    expect(output()).not.toContain("MARKER");
    expect(output()).toContain('"Namespace":"RequestPoller"');
    const [received] = lines.map((line) => JSON.parse(line));
    expect(received).toMatchObject({ level: "INFO", message: "batch received" });
    expect(received.records[0]).toEqual({
      messageId: event.Records[0]?.messageId,
      receiveCount: "1",
      bodyBytes: event.Records[0]?.body.length,
      pollId: "done",
      method: "POST",
      origin: world.jobs.url,
    });
    expect(lines.filter((line) => line.includes("record dead-lettered"))).toHaveLength(10);

    const { deadLetterQueueUrl } = world.queues;
    const deadLetters = await world.queues.receive(deadLetterQueueUrl);
    for (const { MessageAttributes = {} } of deadLetters) {
      const { note, ...ours } = MessageAttributes;
      expect(
        JSON.stringify(ours).replace(/MARKER-name|MARKER-h\b|MARKER_function/, ""),
      ).not.toContain("MARKER");
    }
    expect(deadLetters.length).toBeGreaterThan(0);
  });

  it("says which record failed and why when SQS refused it", async () => {
    const event = await world.queues.event(marked("/done"));
    const output = captureOutput();
    const handler = await load();
    world.queues.fail({ entry: () => "InternalError" });
    const response = await handler(event, lambdaContext());

    expect(response.batchItemFailures).toHaveLength(1);
    expect(output()).not.toContain("MARKER");
    const failed = output()
      .split("\n")
      .find((line) => line.includes("record failed"));
    expect(JSON.parse(failed ?? "{}")).toMatchObject({
      level: "ERROR",
      messageId: event.Records[0]?.messageId,
      pollId: "done",
      error: { name: "SqsRefusalError" },
    });
  });

  it("names neither expressions nor secrets when an outcome becomes a dead letter", async () => {
    const event = await world.queues.event(
      marked("/away", { maxRetries: 0, until: { success: "to_number(MARKER_name(body))" } }),
      marked("/done", { maxRetries: 0, until: { success: "abs(body.MARKER_field)" } }),
      marked("/no-secret", {
        request: { url: world.jobs.url, auth: { secret: "secretsmanager:MARKER-secret" } },
      }),
    );
    const output = captureOutput();
    const handler = await world.load({ LOG_LEVEL: "DEBUG", OUTCOME_QUEUE_URL: "" });
    expect(await handler(event, lambdaContext())).toEqual({ batchItemFailures: [] });
    expect(output()).not.toContain("MARKER");
    expect(output()).toContain('"reason":"the poll ended as failed: ForbiddenSecretError"');
    const letters = await world.queues.receive(world.queues.deadLetterQueueUrl);
    const reasons = letters.map(({ MessageAttributes }) => MessageAttributes?.reason?.StringValue);
    expect(reasons.join()).toContain("secretsmanager:MARKER-secret");
  });
});
