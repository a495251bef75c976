import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type HttpJobs, startHttpJobs } from "../../support/http-jobs.ts";
import { type LocalQueues, lambdaContext, startLocalQueues } from "../../support/local-queues.ts";
import { loadPoller } from "../../support/poller-bundle.ts";

let queues: LocalQueues;
let jobs: HttpJobs;
beforeEach(async () => {
  queues = await startLocalQueues();
  jobs = await startHttpJobs({
    "/done": () => ({ status: 200, headers: { "x-reply": "MARKER-reply" } }),
    "/broken": () => ({ status: 500, body: "MARKER-reply-body" }),
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await queues.close();
  await jobs.close();
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

const load = () =>
  loadPoller({
    QUEUE_URL: queues.queueUrl,
    OUTCOME_QUEUE_URL: queues.outcomeQueueUrl,
    DEAD_LETTER_QUEUE_URL: queues.deadLetterQueueUrl,
    AWS_ENDPOINT_URL_SQS: new URL(queues.queueUrl).origin,
    POLL_ALLOW_PRIVATE: "true",
    LOG_LEVEL: "DEBUG",
  });

/** A poll with a marker in every place where a sender could put a secret. */
const marked = (path: string, more: object = {}) => ({
  MessageBody: JSON.stringify({
    pollId: path.slice(1),
    request: {
      url: `${jobs.url}${path}?token=MARKER-query`,
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
  it("shows which record, which poll and which origin, and nothing else of a message or a response", async () => {
    const event = await queues.event(
      marked("/done"),
      marked("/broken"),
      marked("/unknown-field", { apiKey: "MARKER-unknown" }),
      marked("/bad-until", { until: { success: "MARKER-expression ||" } }),
      marked("/bad-url", { request: { url: "https://MARKER-user:MARKER-password@example.com/" } }),
      '{"request":{"headers":{"x-api-key":"MARKER-broken-json"',
      "MARKER-no-json",
    );
    const output = captureOutput();
    await (await load())(event, lambdaContext());

    const lines = output().trim().split("\n");
    expect(output()).not.toContain("MARKER");
    const [received] = lines.map((line) => JSON.parse(line));
    expect(received).toMatchObject({ level: "INFO", message: "batch received" });
    expect(received.records[0]).toEqual({
      messageId: event.Records[0]?.messageId,
      receiveCount: "1",
      bodyBytes: event.Records[0]?.body.length,
      pollId: "done",
      method: "POST",
      origin: jobs.url,
    });
    expect(lines.filter((line) => line.includes("record dead-lettered"))).toHaveLength(5);
  });

  it("says which record failed and why, when SQS refused it", async () => {
    const event = await queues.event(marked("/done"));
    const output = captureOutput();
    const handler = await load();
    queues.fail({ entry: () => "InternalError" });
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
});
