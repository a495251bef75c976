import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { Message } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type PollerWorld, startPollerWorld } from "./poller-world.ts";

const TRACE_ID = "5759e988bd862e3fe1be46a994272793";
const CARRIED = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

let world: PollerWorld;
beforeEach(async () => {
  world = await startPollerWorld({
    "/job": (nth) => ({ status: nth < 3 ? 202 : 200 }),
    "/hook": () => ({ status: 204 }),
  });
});
afterEach(() => world[Symbol.asyncDispose]());

/** @param lineage how often Lambda says that the message has led to the function */
const submitted = (MessageBody: string, lineage = 1) => ({
  MessageBody,
  MessageSystemAttributes: {
    AWSTraceHeader: {
      DataType: "String" as const,
      StringValue: `${CARRIED};Lineage=${lineage}:a87bd80c:1`,
    },
  },
});
const traceOf = ({ Attributes = {} }: Message) => Attributes.AWSTraceHeader;
const asked = (path: string) => ({ url: `${world.jobs.url}${path}`, traceparent: true });
/** Of each request, in the order of their arrival. */
const traceparents = () => world.jobs.requests.map(({ headers }) => headers.traceparent);
const run = async (event: SQSEvent, environment?: Readonly<Record<string, string>>) =>
  (await world.load(environment))(event, lambdaContext());

describe("one poll", () => {
  it("is one trace, from the submission over each request to the outcome", async () => {
    const message = world.message("/job", { request: asked("/job"), delaySeconds: 1 });
    let event = await world.queues.event(submitted(message, 16));
    for (let request = 1; request <= 3; request++) {
      expect(event.Records).toHaveLength(1);
      expect(await run(event)).toEqual({ batchItemFailures: [] });
      world.queues.advance(900_000);
      event = await world.queues.event();
      for (const { attributes } of event.Records) expect(attributes.AWSTraceHeader).toBe(CARRIED);
    }
    const outcomes = await world.queues.receive(world.queues.outcomeQueueUrl);
    expect(outcomes.map(traceOf)).toEqual([CARRIED]);
    expect(traceparents()).toHaveLength(3);
    for (const value of traceparents())
      expect(value).toMatch(new RegExp(`^00-${TRACE_ID}-\\w{16}-01$`));
    expect(new Set(traceparents()).size).toBe(3);
  });

  it("has a trace of its own when its sender has none, and tells only an API that is to know it", async () => {
    await run(await world.queues.event(world.message("/job", { request: asked("/job") })));
    world.queues.advance(900_000);
    const { Records } = await world.queues.event(world.message("/job", { pollId: "untold" }));
    await run({ Records });
    const header = Records[0]?.attributes.AWSTraceHeader ?? "";
    const traceId = /^Root=1-(\w{8})-(\w{24})$/.exec(header)?.slice(1).join("");
    expect(
      traceparents()
        .map((value) => value?.toString().split("-")[1])
        .sort(),
    ).toEqual([traceId, traceId, undefined].sort());
  });

  it("takes its trace to a dead letter", async () => {
    await run(await world.queues.event(submitted("{not json")));
    const letters = await world.queues.receive(world.queues.deadLetterQueueUrl);
    expect(letters.map(traceOf)).toEqual([CARRIED]);
  });

  it("takes its trace to a webhook", async () => {
    const deliver = { webhook: { url: `${world.jobs.url}/hook`, traceparent: true } };
    const maxRetries = 0;
    const message = world.message("/job", { deliver, maxRetries });
    const environment = { POLL_ALLOW_DELIVERIES: "webhook" };
    await run(await world.queues.event(submitted(message)), environment);
    const event = await world.queues.event();
    expect(event.Records[0]?.attributes.AWSTraceHeader).toBe(CARRIED);
    await run(event, environment);
    expect(traceparents()).toEqual([undefined, expect.stringMatching(`^00-${TRACE_ID}-`)]);
  });

  it("has a segment for each request, with its pollId, retryCount and status", async () => {
    const daemon = createSocket("udp4");
    const segments: Record<string, unknown>[] = [];
    daemon.on("message", (text) => segments.push(JSON.parse(String(text).split("\n")[1] ?? "")));
    daemon.bind(0, "127.0.0.1");
    await once(daemon, "listening");
    const environment = { AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${daemon.address().port}` };
    const message = world.message("/job", { request: asked("/job"), delaySeconds: 1 });
    await run(await world.queues.event(world.message("/hook")), environment);
    let event = await world.queues.event(submitted(message));
    for (let request = 1; request <= 3; request++) {
      await run(event, environment);
      world.queues.advance(900_000);
      event = await world.queues.event();
    }
    await expect.poll(() => segments.length).toBe(3);
    daemon.close();
    expect(segments.map(({ annotations }) => annotations)).toEqual([
      { pollId: "job", retryCount: 0, status: "pending" },
      { pollId: "job", retryCount: 1, status: "pending" },
      { pollId: "job", retryCount: 2, status: "succeeded" },
    ]);
    for (const { trace_id, parent_id } of segments) {
      expect(`Root=${trace_id};Parent=${parent_id};Sampled=1`).toBe(CARRIED);
    }
    const toldApi = traceparents().map((value) => value?.toString().split("-")[2]);
    expect(segments.map(({ id }) => id)).toEqual(toldApi.filter((id) => id !== undefined));
  });
});
