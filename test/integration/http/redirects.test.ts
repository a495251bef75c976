import type http from "node:http";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";
import { httpClient, responseOf } from "../../support/http-client.ts";

interface Seen {
  readonly path: string;
  readonly method: string;
  readonly headers: http.IncomingHttpHeaders;
}

let origin: CountingServer;
let other: CountingServer;
let seen: Seen[] = [];
/** The raw bytes of the Location of `/raw`. */
let raw: Buffer;
const client = httpClient();

/** `/n`: a chain of n redirects to `/0`. `/to?url`: one to any URL. `/late?ms`: one after a delay. */
const answer: http.RequestListener = ({ url = "", method = "", headers }, response) => {
  seen.push({ path: url, method, headers });
  const [path = "", query = ""] = url.split("?");
  const left = Number(path.slice(1));
  if (path === "/raw") {
    const head = Buffer.from("HTTP/1.1 302 Found\r\ncontent-length: 0\r\nlocation: ");
    response.socket?.end(Buffer.concat([head, raw, Buffer.from("\r\n\r\n")]));
  } else if (path === "/to")
    response.writeHead(302, { location: decodeURIComponent(query) }).end("moved");
  else if (left > 0) response.writeHead(307, { location: `/${left - 1}` }).end();
  else response.end("here");
};

beforeAll(async () => {
  origin = await startCountingServer(answer);
  other = await startCountingServer(answer);
});
beforeEach(() => {
  seen = [];
});
afterAll(async () => {
  client.agents.destroy();
  await Promise.all([origin.close(), other.close()]);
});

const to = (server: CountingServer, target: string) =>
  `${server.url}/to?${encodeURIComponent(target)}`;
const headers = {
  authorization: "Bearer secret",
  cookie: "secret",
  "x-api-key": "secret",
  "x-anything": "secret",
  accept: "secret/secret",
  "user-agent": "secret",
};

describe("redirects", () => {
  it("are followed up to five times", async () => {
    const response = responseOf(await client.ask(`${origin.url}/5`, { headers }));
    expect(response).toMatchObject({ status: 200, body: "here" });
    expect(seen.map(({ path }) => path)).toEqual(["/5", "/4", "/3", "/2", "/1", "/0"]);
    for (const { headers: got } of seen) expect(got).toMatchObject(headers);
  });

  it("are not followed a sixth time", async () => {
    expect(await client.ask(`${origin.url}/6`)).toEqual({
      kind: "refused",
      error: { name: "ForbiddenRedirectError", message: "more than 5 redirects" },
    });
    expect(seen).toHaveLength(6);
  });

  it("send nothing from the message to another origin, nor back to the first one afterwards", async () => {
    const url = to(origin, to(other, `${origin.url}/0`));
    expect(responseOf(await client.ask(url, { headers, body: "secret" })).body).toBe("here");
    expect(seen[0]?.headers).toMatchObject(headers);
    expect(JSON.stringify(seen.slice(1).map((request) => request.headers))).not.toContain("secret");
    expect(seen).toHaveLength(3);
  });

  it.each(["POST", "PUT", "PATCH", "DELETE"] as const)(
    "are not followed after %s",
    async (method) => {
      const response = responseOf(await client.ask(to(origin, "/0"), { method }));
      expect(response).toMatchObject({ status: 302, headers: { location: "/0" }, body: "moved" });
      expect(seen).toHaveLength(1);
    },
  );

  it("are followed as HEAD after HEAD", async () => {
    expect(responseOf(await client.ask(`${origin.url}/1`, { method: "HEAD" })).status).toBe(200);
    expect(seen.map(({ method }) => method)).toEqual(["HEAD", "HEAD"]);
  });

  it.each([
    ["UTF-8", "/caf\u00e9/\u6587?q=\u{1f600}", "/caf%C3%A9/%E6%96%87?q=%F0%9F%98%80"],
    ["UTF-8, partly percent-encoded", "/a%20b/%C3%A9/\u00e9%2F", "/a%20b/%C3%A9/%C3%A9%2F"],
    ["ASCII", "/plain?x=%E9", "/plain?x=%E9"],
  ])("lead to the right path with a Location in raw %s", async (_, location, path) => {
    raw = Buffer.from(location, "utf8");
    expect(responseOf(await client.ask(`${origin.url}/raw`)).status).toBe(200);
    expect(seen.at(-1)?.path).toBe(path);
  });

  it.each([
    ["/caf\xe9", "/caf%C3%A9"],
    ["/caf\xe9/\xc3\xa9", "/caf%C3%A9/%C3%83%C2%A9"],
  ])("read a Location that is not UTF-8 as Latin-1: %j", async (location, path) => {
    raw = Buffer.from(location, "latin1");
    expect(responseOf(await client.ask(`${origin.url}/raw`)).status).toBe(200);
    expect(seen.at(-1)?.path).toBe(path);
  });

  it("end in a response whose headers are read as UTF-8 too", async () => {
    raw = Buffer.from("/caf\u00e9", "utf8");
    const response = responseOf(await client.ask(`${origin.url}/raw`, { method: "POST" }));
    expect(response.headers.location).toBe("/caf\u00e9");
  });

  it("share one timeout", async () => {
    const slow = await startCountingServer((_request, response) => {
      setTimeout(() => response.writeHead(302, { location: "/" }).end(), 60);
    });
    expect(await client.ask(slow.url, { timeoutMs: 150 })).toMatchObject({
      kind: "transient",
      error: { name: "TimeoutError" },
    });
    await slow.close();
  });
});
