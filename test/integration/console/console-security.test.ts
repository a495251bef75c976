import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { samplePolls } from "../../browser/sample-polls.ts";
import { createSampleSource } from "../../browser/sample-source.ts";
import { runConsole } from "../../support/running-console.ts";

const source = () => createSampleSource(samplePolls(3, Date.now()));

describe("the console's server", () => {
  it("listens on 127.0.0.1 only", async () => {
    const { page } = await runConsole(source());
    expect(new URL(page.address).hostname).toBe("127.0.0.1");
  });

  it.each([
    ["another site, by DNS rebinding", { host: "evil.example" }],
    ["another site with the console's port", { host: "evil.example:PORT" }],
    ["another port", { host: "127.0.0.1:1" }],
    ["no port", { host: "localhost" }],
    ["a foreign Origin", { host: "127.0.0.1:PORT", origin: "https://evil.example" }],
    ["the Origin of a file", { host: "127.0.0.1:PORT", origin: "null" }],
    ["the Origin of another port", { host: "127.0.0.1:PORT", origin: "http://127.0.0.1:1" }],
    [
      "another of its own names as Origin",
      { host: "127.0.0.1:PORT", origin: "http://localhost:PORT" },
    ],
  ])("refuses a request of %s, with the token too", async (_, headers) => {
    const { ask, port, token } = await runConsole(source());
    const named = Object.fromEntries(
      Object.entries(headers).map(([name, value]) => [name, value.replace("PORT", String(port))]),
    );
    for (const path of ["/", "/api/polls", `/api/events?token=${token}`]) {
      const { status, text } = await ask(path, { headers: { ...named, "x-console-token": token } });
      expect({ path, status }).toEqual({ path, status: 403 });
      expect(text).not.toContain("job-");
    }
  });

  it("answers under both of its names, and to its own Origin", async () => {
    const { ask, port, token } = await runConsole(source());
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
      const headers = { host, origin: `http://${host}`, "x-console-token": token };
      expect((await ask("/api/polls", { headers })).status).toBe(200);
    }
  });

  it("refuses every call of the API without the token, or with another", async () => {
    const { ask, token } = await runConsole(source());
    const paths = ["/api/stack", "/api/polls", "/api/polls/job-00001", "/api/nothing"];
    const calls = [
      ...paths.map((path) => ["GET", path] as const),
      ["GET", "/api/events"] as const,
      ["GET", `/api/events?token=${token.slice(1)}`] as const,
      ["POST", "/api/submit"] as const,
      ["POST", "/api/polls/job-00001/cancel"] as const,
    ];
    for (const [method, path] of calls) {
      for (const headers of [{}, { "x-console-token": `${token}x` }, { "x-console-token": "" }]) {
        expect((await ask(path, { method, headers })).status).toBe(401);
      }
    }
  });

  it("makes a new token at each start", async () => {
    const tokens = await Promise.all([runConsole(source()), runConsole(source())]);
    expect(new Set(tokens.map(({ token }) => token)).size).toBe(2);
    for (const { token } of tokens) expect(Buffer.from(token, "base64url")).toHaveLength(32);
  });

  it("opens the page once with an address that others may see", async () => {
    const { page, ask, token } = await runConsole(source());
    const { pathname, search } = new URL(page.addressForOnce());
    expect(search).not.toContain(token);
    expect((await ask(`${pathname}?ticket=x`)).status).toBe(403);
    const first = await ask(pathname + search);
    expect([first.status, first.headers.location]).toEqual([303, `/#token=${token}`]);
    expect((await ask(pathname + search)).status).toBe(403);
    const old = new URL(page.addressForOnce());
    page.addressForOnce();
    expect((await ask(old.pathname + old.search)).status).toBe(403);
    expect((await ask("/open")).status).toBe(403);
  });

  it.runIf(process.platform === "linux" && process.getuid?.() === 0)(
    "opens the page for its own user only, who can open it afterwards",
    async () => {
      const { page, ask } = await runConsole(source());
      const address = new URL(page.addressForOnce());
      const script = `
        process.setuid(65534);
        const { status } = await fetch(${JSON.stringify(address.href)}, { redirect: "manual" });
        console.log(status)`;
      const { stdout } = await promisify(execFile)(process.execPath, ["-e", script]);
      expect(stdout).toBe("403\n");
      expect((await ask(address.pathname + address.search)).status).toBe(303);
    },
  );

  it("lets the page run and reach nothing but itself, in every answer", async () => {
    const { ask } = await runConsole(source());
    for (const path of ["/", "/page.js", "/nothing", "/api/polls"]) {
      const { headers } = await ask(path);
      const policy = String(headers["content-security-policy"]).split("; ");
      expect(policy).toContain("default-src 'none'");
      expect(policy).toContain("script-src 'self'");
      expect(policy).toContain("connect-src 'self'");
      expect(policy).toContain("frame-ancestors 'none'");
      expect(policy.join()).not.toContain("unsafe");
      expect(headers).toMatchObject({
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
      });
    }
  });

  it.each([
    "/../package.json",
    "/%2e%2e/package.json",
    "/..%2fpackage.json",
    "/page.js/",
    "//etc/passwd",
    "/index.html%00",
    "/page.js%00.html",
    "http://evil.example/etc/passwd",
  ])("serves only the page's own files: not %s", async (path) => {
    const { ask } = await runConsole(source());
    expect((await ask(path)).status).toBe(404);
  });

  it("refuses a body that is too long, and one that is no JSON", async () => {
    const { ask, token } = await runConsole(source());
    const headers = { "x-console-token": token, "content-type": "application/json" };
    const ended = await ask("/api/validate", {
      method: "POST",
      headers,
      body: JSON.stringify({ message: "x".repeat(21 * 1024 * 1024) }),
    });
    expect(ended.status).toBe(413);
    const parts = { method: "POST", headers };
    expect((await ask("/api/validate", { ...parts, body: "{" })).status).toBe(400);
    expect((await ask("/api/validate", { ...parts, body: "{}" })).status).toBe(400);
    const asText = { ...headers, "content-type": "text/plain" };
    expect(
      (await ask("/api/validate", { method: "POST", headers: asText, body: "{}" })).status,
    ).toBe(415);
  });

  it("refuses the seventeenth page that reads events, and takes one again when another closes", async () => {
    const { page, port, token } = await runConsole(source());
    const url = `http://127.0.0.1:${port}/api/events?token=${token}`;
    const open = async () => {
      const controller = new AbortController();
      const { status } = await fetch(url, { signal: controller.signal });
      return { status, close: () => controller.abort() };
    };
    const readers = await Promise.all(Array.from({ length: 16 }, open));
    expect(readers.map(({ status }) => status)).toEqual(Array(16).fill(200));
    expect((await open()).status).toBe(503);
    readers[0]?.close();
    await expect.poll(() => page.pages).toBe(15);
    const again = await open();
    expect(again.status).toBe(200);
    for (const { close } of [...readers, again]) close();
  });
});
