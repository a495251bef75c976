import type http from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { createAddressGuard } from "../../../lib/http/address-guard.ts";
import { withCountingServer } from "../../support/counting-server.ts";
import { type HttpClient, httpClient, lookupTo } from "../../support/http-client.ts";

let client: HttpClient;
afterEach(() => client.agents.destroy());

describe("idle connections", () => {
  const guard = createAddressGuard({ allowPrivate: true });
  const freeOf = ({ agents }: HttpClient) => Object.values(agents.http.freeSockets).flat();
  const limited = (limits: { max?: number; idleMs?: number } = {}) => {
    client = httpClient(guard, lookupTo("127.0.0.1"), { max: 256, idleMs: 60_000, ...limits });
    return client;
  };

  it("are limited over all hosts: the oldest is closed, the newest is reused", async () => {
    await withCountingServer(
      (_, response) => response.end("ok"),
      async ({ port }) => {
        const { ask } = limited({ max: 5 });
        for (let n = 0; n < 20; n++) await ask(`http://host-${n}.example:${port}/`);
        await expect.poll(() => freeOf(client).length).toBe(5);
        const hosts = Object.keys(client.agents.http.freeSockets).map((key) => key.split(".")[0]);
        expect(hosts).toEqual(["host-15", "host-16", "host-17", "host-18", "host-19"]);

        const kept = freeOf(client);
        await ask(`http://host-15.example:${port}/`);
        await ask(`http://host-20.example:${port}/`);
        await expect.poll(() => freeOf(client).length).toBe(5);
        expect(freeOf(client)).toContain(kept[0]);
        expect(freeOf(client), "a reused one is no longer the oldest").not.toContain(kept[1]);
      },
    );
  });

  it("are limited by default, and when hundreds become idle at once", async () => {
    const waiting: http.ServerResponse[] = [];
    await withCountingServer(
      (_, response) => {
        waiting.push(response);
        if (waiting.length === 400) for (const each of waiting) each.end("ok");
      },
      async ({ port }) => {
        client = httpClient(guard, lookupTo("127.0.0.1"));
        const hosts = Array.from({ length: 400 }, (_, n) => `http://host-${n}.example:${port}/`);
        await Promise.all(hosts.map((host) => client.ask(host)));
        await expect.poll(() => freeOf(client).length).toBe(256);
      },
    );
  });

  it("are closed after the idle time, which does not cut a slow answer", async () => {
    await withCountingServer(
      (_, response) => void setTimeout(() => response.end("ok"), 200),
      async (server) => {
        const { ask } = limited({ idleMs: 50 });
        expect((await ask(server.url)).kind).toBe("response");
        await expect.poll(() => freeOf(client)).toEqual([]);
        expect((await ask(server.url)).kind).toBe("response");
        expect(server.connections).toBe(2);
      },
    );
  });

  /** Stops Node's server from announcing that it closes the connection after 5 s. */
  const unlimited = { connection: "keep-alive" };

  it.each([
    ["GET", 59_000, 1, {}],
    ["GET", 60_000, 2, {}],
    ["GET", 30_000, 2, { "keep-alive": "timeout=20" }],
    ["POST", 1000, 1, {}],
    ["POST", 1001, 2, {}],
    ["PATCH", 30_000, 2, {}],
    ["DELETE", 30_000, 1, {}],
  ] as const)(
    "age by the clock, which runs on while a sandbox is frozen: %s after %i ms, %i connections, %j",
    async (method, idleMs, connections, headers) => {
      await withCountingServer(
        (_, response) => response.writeHead(200, { ...unlimited, ...headers }).end("ok"),
        async (server) => {
          let time = 1_000_000;
          client = httpClient(guard, undefined, { max: 5, idleMs: 60_000 }, () => time);
          await client.ask(server.url);
          time += idleMs;
          expect((await client.ask(server.url, { method })).kind).toBe("response");
          expect(server.connections).toBe(connections);
        },
      );
    },
  );

  it("stay for other requests when a POST does not use them", async () => {
    await withCountingServer(
      (_, response) => response.writeHead(200, unlimited).end("ok"),
      async (server) => {
        let time = 1_000_000;
        client = httpClient(guard, undefined, { max: 5, idleMs: 60_000 }, () => time);
        await client.ask(server.url);
        time += 5000;
        await client.ask(server.url, { method: "POST" });
        await client.ask(server.url);
        expect(server.connections).toBe(2);
      },
    );
  });

  it("gather no listeners", async () => {
    await withCountingServer(
      (_, response) => response.end("ok"),
      async (server) => {
        const { ask } = limited();
        await ask(server.url);
        const [socket] = freeOf(client);
        const before = socket?.listenerCount("close");
        for (let n = 0; n < 20; n++) await ask(server.url);
        expect(socket?.listenerCount("close")).toBe(before);
        expect(server.connections).toBe(1);
      },
    );
  });
});
