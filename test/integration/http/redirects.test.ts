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
const client = httpClient();

/** `/n`: a chain of n redirects to `/0`; `/to?url`: one to anywhere, `/late?ms`: one that comes late. */
const answer: http.RequestListener = ({ url = "", method = "", headers }, response) => {
  seen.push({ path: url, method, headers });
  const [path = "", query = ""] = url.split("?");
  const left = Number(path.slice(1));
  if (path === "/to") response.writeHead(302, { location: decodeURIComponent(query) }).end("moved");
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
  it("up to five are followed", async () => {
    const response = responseOf(await client.ask(`${origin.url}/5`, { headers }));
    expect(response).toMatchObject({ status: 200, body: "here" });
    expect(seen.map(({ path }) => path)).toEqual(["/5", "/4", "/3", "/2", "/1", "/0"]);
    for (const { headers: got } of seen) expect(got).toMatchObject(headers);
  });

  it("a sixth is not", async () => {
    expect(await client.ask(`${origin.url}/6`)).toEqual({
      kind: "refused",
      error: { name: "ForbiddenRedirectError", message: "more than 5 redirects" },
    });
    expect(seen).toHaveLength(6);
  });

  it("another origin is told nothing of the message, nor is the first one once left", async () => {
    const url = to(origin, to(other, `${origin.url}/0`));
    expect(responseOf(await client.ask(url, { headers, body: "secret" })).body).toBe("here");
    expect(seen[0]?.headers).toMatchObject(headers);
    expect(JSON.stringify(seen.slice(1).map((request) => request.headers))).not.toContain("secret");
    expect(seen).toHaveLength(3);
  });

  it.each(["POST", "PUT", "PATCH", "DELETE"] as const)("of a %s is its answer", async (method) => {
    const response = responseOf(await client.ask(to(origin, "/0"), { method }));
    expect(response).toMatchObject({ status: 302, headers: { location: "/0" }, body: "moved" });
    expect(seen).toHaveLength(1);
  });

  it("of a HEAD is followed as HEAD", async () => {
    expect(responseOf(await client.ask(`${origin.url}/1`, { method: "HEAD" })).status).toBe(200);
    expect(seen.map(({ method }) => method)).toEqual(["HEAD", "HEAD"]);
  });

  it("one time limit holds over all of them", async () => {
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
