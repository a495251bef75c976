import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createGuardedFetch } from "../../../middleware/index.ts";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";

interface Seen {
  readonly method: string | undefined;
  readonly path: string | undefined;
  readonly headers: Record<string, unknown>;
  readonly body: string;
}

let server: CountingServer;
let other: CountingServer;
let seen: Seen[];
beforeAll(async () => {
  other = await startCountingServer(({ headers }, response) =>
    response.end(JSON.stringify(headers)),
  );
  server = await startCountingServer(async (request, response) => {
    const { method, url: path = "", headers } = request;
    seen.push({ method, path, headers, body: await text(request) });
    if (path === "/away") response.writeHead(302, { location: `${other.url}/there` }).end();
    else if (path === "/metadata") {
      response.writeHead(302, { location: "http://169.254.169.254/latest" }).end();
    } else if (path === "/loop") response.writeHead(302, { location: "/loop" }).end();
    else if (path === "/gzip") {
      response.writeHead(200, { "content-encoding": "gzip", "set-cookie": ["a=1", "b=2"] });
      response.end(gzipSync(Buffer.from([0, 255, 1])));
    } else if (path === "/large") response.end(Buffer.alloc(2000));
    else if (path === "/none") response.writeHead(204).end();
    else if (path === "/odd") response.writeHead(999).end();
    else if (path === "/silent") return;
    else response.writeHead(201, { "x-path": path }).end(JSON.stringify({ path }));
  });
});
beforeEach(() => {
  seen = [];
});
afterAll(() => Promise.all([server.close(), other.close()]));

const guarded = createGuardedFetch({ allowPrivate: true, maxBodyBytes: 1000 });

describe("createGuardedFetch", () => {
  it("returns a standard Response", async () => {
    const response = await guarded(`${server.url}/job?x=1#part`);
    expect(response).toBeInstanceOf(Response);
    expect(response).toMatchObject({ status: 201, statusText: "Created", ok: true });
    expect(response).toMatchObject({ url: `${server.url}/job?x=1#part`, redirected: false });
    expect(response.headers.get("x-path")).toBe("/job?x=1");
    expect(await response.clone().json()).toEqual({ path: "/job?x=1" });
    expect(await response.text()).toBe('{"path":"/job?x=1"}');
  });

  it("decompresses a body, and keeps its bytes and each cookie", async () => {
    const response = await guarded(new URL(`${server.url}/gzip`));
    expect([...new Uint8Array(await response.arrayBuffer())]).toEqual([0, 255, 1]);
    expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  it("has a null body if there is none", async () => {
    expect((await guarded(`${server.url}/none`)).body).toBeNull();
    expect(await (await guarded(`${server.url}/x`, { method: "HEAD" })).text()).toBe("");
  });

  it.each([
    ["a text", "é", "text/plain;charset=UTF-8", "é"],
    ["bytes", new Uint8Array([104, 105]), undefined, "hi"],
    [
      "a form",
      new URLSearchParams({ a: "1" }),
      "application/x-www-form-urlencoded;charset=UTF-8",
      "a=1",
    ],
    ["nothing", null, undefined, ""],
  ])("sends %s", async (_, body, contentType, sent) => {
    const headers = { authorization: "Bearer t", Accept: "text/csv" };
    await guarded(`${server.url}/x`, { method: "POST", body, headers });
    expect(seen).toMatchObject([{ method: "POST", body: sent }]);
    expect(seen[0]?.headers).toMatchObject({ authorization: "Bearer t", accept: "text/csv" });
    expect(seen[0]?.headers["content-type"]).toBe(contentType);
  });

  it("accepts a Request", async () => {
    await guarded(new Request(`${server.url}/x`, { method: "PUT", body: "data" }));
    expect(seen).toMatchObject([{ method: "PUT", body: "data" }]);
  });

  it("follows a redirect, and sends none of the headers to another origin", async () => {
    const response = await guarded(`${server.url}/away`, { headers: { "x-api-key": "k" } });
    expect(response).toMatchObject({ status: 200, url: `${other.url}/there`, redirected: true });
    expect(await response.json()).not.toHaveProperty("x-api-key");
    const posted = await guarded(`${server.url}/away`, { method: "POST" });
    expect(posted).toMatchObject({ status: 302, redirected: false });
  });

  it.each([
    ["a private address", {}, "/x", "ForbiddenAddressError", "POLL_ALLOW_PRIVATE"],
    [
      "a metadata service behind a redirect",
      { allowPrivate: true },
      "/metadata",
      "ForbiddenAddressError",
      "metadata",
    ],
    [
      "a host that is not allowed",
      { allowPrivate: true, allowHosts: ["*.example.com"] },
      "/x",
      "ForbiddenAddressError",
      "127.0.0.1",
    ],
    [
      "a host that is denied",
      { allowPrivate: true, denyHosts: ["127.0.0.1"] },
      "/x",
      "ForbiddenAddressError",
      "127.0.0.1",
    ],
    [
      "a port that is not allowed",
      { allowPrivate: true, allowPorts: [[443, 443]] as const },
      "/x",
      "ForbiddenAddressError",
      "port",
    ],
    [
      "an endless redirect",
      { allowPrivate: true },
      "/loop",
      "ForbiddenRedirectError",
      "more than 5",
    ],
    [
      "a body that is too large",
      { allowPrivate: true, maxBodyBytes: 1999 },
      "/large",
      "UnreadableBodyError",
      "1999 bytes",
    ],
  ])("refuses %s", async (_, options, path, name, message) => {
    const refused = createGuardedFetch(options)(`${server.url}${path}`);
    await expect(refused).rejects.toMatchObject({
      name,
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ["an invalid URL", "jobs/1", {}],
    ["another scheme", "file:///etc/passwd", {}],
    ["user name and password", "http://a:b@127.0.0.1/", {}],
    ["an empty label", "http://a..b/", {}],
    ["a Host header", "/x", { headers: { host: "other.example" } }],
    ["a Content-Length header", "/x", { method: "POST", headers: { "content-length": "1" } }],
    ["an unsupported method", "/x", { method: "OPTIONS" }],
    ["a GET with a body", "/x", { body: "data" }],
    ["another redirect mode", "/x", { redirect: "manual" }],
    ["an invalid status", "/odd", {}],
  ] satisfies [string, string, RequestInit][])(
    "rejects with a TypeError: %s",
    async (_, url, init) => {
      const target = url.startsWith("/") ? `${server.url}${url}` : url;
      await expect(guarded(target, init)).rejects.toThrow(TypeError);
    },
  );

  it("rejects with a TypeError for a network error, as fetch does", async () => {
    const closed = await startCountingServer(() => undefined);
    await closed.close();
    await expect(guarded(closed.url)).rejects.toMatchObject({
      name: "TypeError",
      message: expect.stringContaining("ECONNREFUSED"),
    });
  });

  it("ends at its timeout, and by its signal", async () => {
    const brief = createGuardedFetch({ allowPrivate: true, timeoutMs: 100 });
    await expect(brief(`${server.url}/silent`)).rejects.toMatchObject({ name: "TimeoutError" });
    const abort = new AbortController();
    const aborted = guarded(`${server.url}/silent`, { signal: abort.signal });
    await expect.poll(() => seen.length).toBe(2);
    abort.abort(new Error("no longer wanted"));
    await expect(aborted).rejects.toThrow("no longer wanted");
    await expect(guarded(server.url, { signal: abort.signal })).rejects.toThrow("no longer wanted");
  });

  it.each([
    [{ allowHost: ["a"] }, "allowHost"],
    [{ allowHosts: "a.example" }, "allowHosts must be a list of hosts"],
    [{ allowHosts: ["https://a.example"] }, "https://a.example: must be a host name"],
    [{ denyHosts: ["a..b"] }, "a..b: must be a host name"],
    [{ allowPrivate: "yes" }, "allowPrivate must be true or false"],
    [{ allowPorts: [443] }, "must be a range"],
    [{ timeoutMs: 0 }, "timeoutMs must be a whole number of ms"],
    [{ maxBodyBytes: 1.5 }, "maxBodyBytes must be a whole number of bytes"],
  ])("refuses the options %j", (options, message) => {
    expect(() => Reflect.apply(createGuardedFetch, undefined, [options])).toThrow(message);
  });
});
