import { createSocket } from "node:dgram";
import dns from "node:dns";
import { once } from "node:events";
import middy from "@middy/core";
import { afterEach, describe, expect, it, vi } from "vitest";
import { eachRecord, pending, pollingMiddleware, tracePolls } from "../../../middleware/index.ts";
import { createTestQueue, lambdaContext, sqsEvent, sqsRecord } from "../../kit/index.ts";

const AWSTraceHeader = "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=1";

afterEach(() => {
  vi.restoreAllMocks();
});

/** Runs a batch with a record whose trace is sampled. */
async function run(daemonAddress: string, remainingMs: number = 30_000) {
  const polls = createTestQueue();
  const lines: object[] = [];
  const handler = middy()
    .use(
      pollingMiddleware({
        queueUrl: polls.url,
        client: polls.client,
        traces: { daemonAddress },
        logger: (line) => lines.push(line),
      }),
    )
    .handler(eachRecord(async () => pending({ delaySeconds: 1 })));
  const event = sqsEvent(sqsRecord({ body: {}, attributes: { AWSTraceHeader } }));
  const response = await handler(event, lambdaContext(remainingMs));
  return { response, lines };
}

describe("X-Ray's daemon", () => {
  it.each([
    (port: number) => `127.0.0.1:${port}`,
    (port: number) => `localhost:${port}`,
    (port: number) => `tcp:127.0.0.1:1 udp:127.0.0.1:${port}`,
  ])("gets a segment, however its address is written", async (addressOf) => {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    const received = once(socket, "message");
    expect((await run(addressOf(socket.address().port))).lines).toEqual([]);
    expect(String((await received)[0])).toContain("5759e988-bd862e3fe1be46a994272793");
    socket.close();
  });

  it.each([
    "daemon",
    "127.0.0.1:0",
    "127.0.0.1:65536",
    "[::1]:2000",
    "tcp:127.0.0.1:2000",
    ":2000",
  ])("cannot have the address %s", (daemonAddress) => {
    expect(() => tracePolls({ daemonAddress })).toThrow("daemonAddress must be host:port");
  });

  it("whose name is looked up for ever delays no batch beyond its time", async () => {
    vi.spyOn(dns, "lookup").mockImplementation(() => undefined);
    const { response } = await run("daemon.example:2000", 200);
    expect(response).toEqual({ batchItemFailures: [] });
  });

  it("that does not exist costs nothing but the segments", async () => {
    const { response, lines } = await run("127.0.0.1:9");
    expect({ response, lines }).toEqual({ response: { batchItemFailures: [] }, lines: [] });
  });
});
