import { createSocket } from "node:dgram";
import { once } from "node:events";
import middy from "@middy/core";
import { afterEach, expect, it, vi } from "vitest";
import { completed, eachRecord, pending, pollingMiddleware } from "../../../middleware/index.ts";
import { createTestQueue, lambdaContext, sqsEvent, sqsRecord } from "../../kit/index.ts";

const TRACE_ID = "1-5759e988-bd862e3fe1be46a994272793";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** Lambda's X-Ray daemon, and what it got: `{"format":"json","version":1}`, a line break, and a segment. */
async function startDaemon() {
  const socket = createSocket("udp4");
  const segments: { trace_id: string; name: string; annotations?: object }[] = [];
  socket.on("message", (datagram) =>
    segments.push(JSON.parse(String(datagram).split("\n")[1] ?? "")),
  );
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { address, port } = socket.address();
  return { address: `${address}:${port}`, segments, [Symbol.dispose]: () => socket.close() };
}

it("Powertools' Tracer traces the batch and each record of a stack", async () => {
  using daemon = await startDaemon();
  vi.stubEnv("AWS_XRAY_DAEMON_ADDRESS", daemon.address);
  vi.stubEnv("AWS_XRAY_LOG_LEVEL", "silent");
  vi.stubEnv("AWS_EXECUTION_ENV", "AWS_Lambda_nodejs24.x");
  vi.stubEnv("LAMBDA_TASK_ROOT", "/var/task");
  vi.stubEnv("_HANDLER", "index.handler");
  vi.stubEnv("_X_AMZN_TRACE_ID", `Root=${TRACE_ID};Parent=53995c3f42cd8ad8;Sampled=1`);
  const { Tracer } = await import("@aws-lambda-powertools/tracer");
  const { captureLambdaHandler } = await import("@aws-lambda-powertools/tracer/middleware");
  const tracer = new Tracer({ serviceName: "renders", captureHTTPsRequests: false });

  const polls = createTestQueue();
  const handler = middy()
    .use(captureLambdaHandler(tracer))
    .use(
      pollingMiddleware({
        queueUrl: polls.url,
        client: polls.client,
      }),
    )
    .handler(
      eachRecord(async (record) => {
        const { pollId } = JSON.parse(record.body);
        const isDone = await tracer.provider.captureAsyncFunc("ask", async (segment) => {
          tracer.putAnnotation("pollId", pollId);
          segment?.close();
          return pollId === "done";
        });
        return isDone ? completed({ pollId }) : pending();
      }),
    );
  const records = ["done", "open"].map((pollId) => sqsRecord({ body: { pollId } }));
  expect(await handler(sqsEvent(...records), lambdaContext())).toEqual({ batchItemFailures: [] });

  expect(polls.sent).toHaveLength(1);
  const named = (name: string) => daemon.segments.filter((segment) => segment.name === name);
  await expect.poll(() => named("ask").length).toBe(2);
  await expect.poll(() => named("## index.handler").length).toBe(1);
  for (const { trace_id } of daemon.segments) expect(trace_id).toBe(TRACE_ID);
  const annotated = named("ask").map(({ annotations }) => annotations);
  expect(annotated).toEqual([{ pollId: "done" }, { pollId: "open" }]);
});
