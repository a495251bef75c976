import type { SQSEvent } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { startMixedBatch } from "../../integration/poller/mixed-batch.ts";
import { useTarget } from "../../integration/sqs-conformance/target.ts";
import { type RuntimeApi, startRuntimeApi } from "./runtime-api.ts";
import { startRuntimeInterfaceClient } from "./runtime-interface-client.ts";

const target = useTarget();
const TIMEOUT_MS = 120_000;

const start = (api: RuntimeApi, environment: Readonly<Record<string, string>>) =>
  startRuntimeInterfaceClient(api.address, {
    AWS_ENDPOINT_URL_SQS: target.endpoint,
    ...environment,
  });

describe("the built poller under Lambda's runtime interface client", () => {
  it("answers a batch with every kind of record, and a second batch in the same sandbox", async () => {
    await using batch = await startMixedBatch(target);
    await using api = await startRuntimeApi(TIMEOUT_MS);
    await using _client = start(api, batch.environment);
    const answered = { kind: "response", body: { batchItemFailures: [] } };
    expect(await api.invoke(batch.event)).toEqual(answered);
    await batch.expectSettled();

    const [record] = batch.event.Records;
    const again: SQSEvent = { Records: record ? [{ ...record, body: "not json either" }] : [] };
    expect(await api.invoke(again)).toEqual(answered);
  });

  it("reports only the failed records", async () => {
    await using batch = await startMixedBatch(target);
    await using api = await startRuntimeApi(TIMEOUT_MS);
    await using _client = start(api, {
      ...batch.environment,
      OUTCOME_QUEUE_URL: `${batch.environment.OUTCOME_QUEUE_URL}-not`,
    });
    const failed = batch.event.Records.filter(({ body }) => /done|failing/.test(body));
    const batchItemFailures = failed.map(({ messageId }) => ({ itemIdentifier: messageId }));
    expect(await api.invoke(batch.event)).toEqual({
      kind: "response",
      body: { batchItemFailures },
    });
  });

  it("writes its log as lines of JSON", async () => {
    await using batch = await startMixedBatch(target);
    await using api = await startRuntimeApi(TIMEOUT_MS);
    await using client = start(api, { ...batch.environment, LOG_LEVEL: "INFO" });
    await api.invoke(batch.event);
    const lines = client.output().trim().split("\n");
    const ours = lines.filter((line) => !line.startsWith("Executing 'index.handler'"));
    const messages = ours.map((line) => String(JSON.parse(line).message));
    // A poll whose id is drawn also says that it is pending.
    expect(messages.filter((message) => message !== "poll pending")).toEqual([
      "batch received",
      "poll ended",
      "poll ended",
      "record dead-lettered",
      "batch answered",
    ]);
  });

  it("does not start without its queue, and names the missing variable", async () => {
    await using api = await startRuntimeApi(TIMEOUT_MS);
    await using _client = start(api, {});
    expect(await api.initError).toMatchObject({
      kind: "init error",
      body: { errorMessage: expect.stringMatching(/^environment: QUEUE_URL must be a queue URL/) },
    });
  });
});
