import type { IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { METHODS } from "../../../lib/http/http-request.ts";
import { parseJsonExactly } from "../../../lib/json/json.ts";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";
import { type HttpClient, httpClient } from "../../support/http-client.ts";

interface Received {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const client = httpClient();
let server: CountingServer;
let received: Received | undefined;

beforeAll(async () => {
  server = await startCountingServer(async (request, response) => {
    const { method, url: path, headers } = request;
    received = { method, path, headers, body: await text(request) };
    response.end();
  });
});
afterAll(async () => {
  client.agents.destroy();
  await server.close();
});

async function sent(parts: Parameters<HttpClient["ask"]>[1], path = "/"): Promise<Received> {
  received = undefined;
  const answer = await client.ask(`${server.url}${path}`, parts);
  if (received === undefined) throw new Error(`nothing was received: ${JSON.stringify(answer)}`);
  return received;
}

describe("a request", () => {
  it.each(METHODS)("%s", async (method) => {
    expect((await sent({ method })).method).toBe(method);
  });

  it("has the path and the query of the URL, without its fragment", async () => {
    expect((await sent({}, "/jobs/7?a=b%20c&d=é#f")).path).toBe("/jobs/7?a=b%20c&d=%C3%A9");
  });

  it("has default headers for names that the message does not set", async () => {
    const { headers } = await sent({});
    expect(headers).toEqual({
      accept: "*/*",
      "accept-encoding": "gzip, br, zstd, deflate",
      "user-agent": "request-poller",
      host: `127.0.0.1:${server.port}`,
      connection: "keep-alive",
    });
  });

  it("has the message's headers, which replace the default ones", async () => {
    const { headers } = await sent({
      headers: { Authorization: "Bearer t", "User-Agent": "mine", ACCEPT: "text/csv", "x-e": "é" },
    });
    expect(headers).toMatchObject({
      authorization: "Bearer t",
      "user-agent": "mine",
      accept: "text/csv",
      "x-e": "é",
    });
  });
});

describe("a body", () => {
  const JSON_TYPE = "application/json";
  it.each([
    ["a text, unchanged", "a=1&é", "a=1&é", "text/plain;charset=UTF-8"],
    ["an empty text", "", "", "text/plain;charset=UTF-8"],
    ["an object", { a: [1, "é"] }, '{"a":[1,"é"]}', JSON_TYPE],
    ["null", null, "null", JSON_TYPE],
    ["false", false, "false", JSON_TYPE],
    ["0", 0, "0", JSON_TYPE],
    [
      "digits that a double cannot hold",
      parseJsonExactly("[12345678901234567890,1.0]"),
      "[12345678901234567890,1.0]",
      JSON_TYPE,
    ],
  ])("%s", async (_, body, expected, type) => {
    const request = await sent({ method: "POST", body });
    expect(request.body).toBe(expected);
    expect(request.headers["content-type"]).toBe(type);
    expect(request.headers["content-length"]).toBe(String(Buffer.byteLength(expected)));
    expect(request.headers).not.toHaveProperty("transfer-encoding");
  });

  it("has the message's content type, whatever the case of its name", async () => {
    const headers = { "Content-Type": "application/x-www-form-urlencoded" };
    const request = await sent({ method: "POST", body: "a=1", headers });
    expect(request.headers["content-type"]).toBe("application/x-www-form-urlencoded");
  });

  it("is sent with a GET, too", async () => {
    expect((await sent({ method: "GET", body: { q: 1 } })).body).toBe('{"q":1}');
  });

  it("that is missing has no content type", async () => {
    const { headers, body } = await sent({ method: "POST" });
    expect(body).toBe("");
    expect(headers).not.toHaveProperty("content-type");
  });
});
