import { once } from "node:events";
import https from "node:https";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAddressGuard } from "../../../lib/http/address-guard.ts";
import { createNameLookup } from "../../../lib/http/name-lookup.ts";
import { startCountingServer, withCountingServer } from "../../support/counting-server.ts";
import { type HttpClient, httpClient, lookupTo } from "../../support/http-client.ts";
import { LOCALHOST_CERTIFICATE, LOCALHOST_KEY } from "../../support/localhost-certificate.ts";

let client: HttpClient;
beforeEach(() => {
  client = httpClient();
});
afterEach(() => client.agents.destroy());

const guard = createAddressGuard({ allowPrivate: true });

describe("a request that is sent once", () => {
  it.each(["GET", "HEAD", "PUT", "DELETE", "POST"] as const)(
    "is not sent again when its connection ends: %s",
    async (method) => {
      const asked: string[] = [];
      await withCountingServer(
        ({ url = "", socket }, response) => {
          asked.push(url);
          if (url === "/start") socket.resetAndDestroy();
          else response.end("ok");
        },
        async ({ url }) => {
          await client.ask(url);
          const answer = await client.ask(`${url}/start`, { method, isSentOnce: true });
          expect(answer).toMatchObject({ kind: "transient" });
          expect(answer).not.toHaveProperty("neverSent");
          expect(asked).toEqual(["/", "/start"]);
        },
      );
    },
  );
});

describe("a request that never reached its server says so", () => {
  const closedPort = async () => {
    const server = await startCountingServer(() => undefined);
    await server.close();
    return server;
  };

  it("when nobody listens", async () => {
    const { url, port } = await closedPort();
    expect(await client.ask(url)).toMatchObject({ kind: "transient", neverSent: true });
    const named = httpClient(guard, lookupTo("127.0.0.1", "127.0.0.2"));
    expect(await named.ask(`http://jobs.example:${port}`)).toMatchObject({ neverSent: true });
    named.agents.destroy();
  });

  it("when its host has no address, or no name server answers", async () => {
    const { port } = await closedPort();
    const lookup = createNameLookup({
      servers: [`127.0.0.1:${port}`],
      hostsFile: "",
      firstTryMs: 250,
    });
    const named = httpClient(guard, lookup);
    expect(await named.ask("http://jobs.example/")).toMatchObject({
      kind: "transient",
      neverSent: true,
    });
    named.agents.destroy();
  });

  it("when its server's certificate is not trusted", async () => {
    let requests = 0;
    const server = https.createServer(
      { cert: LOCALHOST_CERTIFICATE, key: LOCALHOST_KEY },
      (_, response) => {
        requests++;
        response.end();
      },
    );
    server.on("tlsClientError", () => undefined).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    expect(await client.ask(`https://127.0.0.1:${port}/`, { method: "POST" })).toMatchObject({
      kind: "transient",
      neverSent: true,
    });
    expect(requests).toBe(0);
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
});

it("a request that may have reached its server does not say that it was never sent", async () => {
  await withCountingServer(
    ({ socket, url }) => void (url === "/reset" ? socket.resetAndDestroy() : undefined),
    async ({ url }) => {
      expect(await client.ask(`${url}/reset`)).not.toHaveProperty("neverSent");
      const late = await client.ask(`${url}/late`, { timeoutMs: 100 });
      expect(late).toMatchObject({ kind: "transient", error: { name: "TimeoutError" } });
      expect(late).not.toHaveProperty("neverSent");
    },
  );
});
