import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAddressGuard } from "../../../lib/http/address-guard.ts";
import { startCountingServer, withCountingServer } from "../../support/counting-server.ts";
import { type HttpClient, httpClient, lookupTo } from "../../support/http-client.ts";

let client: HttpClient;
beforeEach(() => {
  client = httpClient();
});
afterEach(() => client.agents.destroy());

describe("connections are kept alive", () => {
  it.each([
    ["GET", 200],
    ["HEAD", 200],
    ["POST", 201],
    ["DELETE", 204],
  ] as const)("successive requests share one: %s", async (method, status) => {
    await withCountingServer(
      (_, response) => {
        response.writeHead(status, status === 204 ? {} : { "content-length": 2 });
        response.end(status === 204 ? "" : "ok");
      },
      async (server) => {
        for (let n = 0; n < 5; n++) {
          expect((await client.ask(server.url, { method })).kind).toBe("response");
        }
        expect(server).toMatchObject({ requests: 5, connections: 1 });
      },
    );
  });

  it("simultaneous requests have one each, which the next batch reuses", async () => {
    await withCountingServer(
      (_, response) => void setImmediate(() => response.end("ok")),
      async (server) => {
        const batch = () => Promise.all(Array.from({ length: 20 }, () => client.ask(server.url)));
        await batch();
        const made = server.connections;
        await batch();
        expect(server).toMatchObject({ requests: 40, connections: made });
        expect(made).toBeLessThanOrEqual(20);
      },
    );
  });

  it("after a compressed body, too", async () => {
    await withCountingServer(
      (_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync("ok")),
      async (server) => {
        for (let n = 0; n < 3; n++) {
          expect(await client.ask(server.url)).toMatchObject({ response: { body: "ok" } });
        }
        expect(server).toMatchObject({ requests: 3, connections: 1 });
      },
    );
  });

  it("but one with an unread body is closed", async () => {
    await withCountingServer(
      (_, response) =>
        response.writeHead(200, { "content-encoding": "gzip,gzip,gzip" }).end("small"),
      async (server) => {
        expect((await client.ask(server.url)).kind).toBe("unreadable");
        await expect.poll(() => Object.values(client.agents.http.sockets).flat()).toEqual([]);
      },
    );
  });

  it("but one whose body was refused before its end is not reused: the rest would be read as an answer", async () => {
    await withCountingServer(
      (_, response) => response.end(Buffer.alloc(500_000)),
      async (server) => {
        for (let n = 0; n < 2; n++) {
          expect((await client.ask(server.url, { maxBodyBytes: 10 })).kind).toBe("unreadable");
        }
        expect(server).toMatchObject({ requests: 2, connections: 2 });
      },
    );
  });
});

describe("a kept-alive connection that the server closed meanwhile", () => {
  /** Answers the first request of each connection, and resets the connection at the second. */
  const closingServer = () => {
    const used = new WeakSet<net.Socket>();
    return startCountingServer(({ socket }, response) => {
      if (used.has(socket)) socket.resetAndDestroy();
      else response.end("ok");
      used.add(socket);
    });
  };

  it.each([
    ["GET", "response", 3],
    ["HEAD", "response", 3],
    ["PUT", "response", 3],
    ["DELETE", "response", 3],
    ["POST", "transient", 2],
    ["PATCH", "transient", 2],
  ] as const)("%s: %s", async (method, kind, requests) => {
    const server = await closingServer();
    expect((await client.ask(server.url)).kind).toBe("response");
    expect((await client.ask(server.url, { method })).kind).toBe(kind);
    expect(server.requests).toBe(requests);
    await server.close();
  });

  it("the second try uses a new connection, even when others are kept", async () => {
    const server = await closingServer();
    await Promise.all(Array.from({ length: 5 }, () => client.ask(server.url)));
    const { requests, connections } = server;
    expect((await client.ask(server.url)).kind).toBe("response");
    expect(server.requests).toBe(requests + 2);
    expect(server.connections).toBe(connections + 1);
    await server.close();
  });

  it("a new connection that is reset is not tried again", async () => {
    await withCountingServer(
      ({ socket }) => socket.resetAndDestroy(),
      async (server) => {
        expect((await client.ask(server.url)).kind).toBe("transient");
        expect(server.requests).toBe(1);
      },
    );
  });
});

describe("one timeout applies to the whole request", () => {
  const TIMED_OUT = {
    kind: "transient",
    error: { name: "TimeoutError", message: "no complete response within 150 ms" },
  };

  it.each([
    ["no answer", () => undefined],
    ["a body that does not end", (response) => response.write("begun")],
    ["a body that trickles", (response) => every(20, response, () => response.write("x"))],
    ["endless 1xx responses", (response) => every(20, response, () => response.writeProcessing())],
  ] satisfies [string, (response: import("node:http").ServerResponse) => unknown][])(
    "%s",
    async (_, answer) => {
      await withCountingServer(
        (_request, response) => answer(response),
        async (server) => {
          expect(await client.ask(server.url, { timeoutMs: 150 })).toMatchObject(TIMED_OUT);
        },
      );
    },
  );

  it("the body of a 2xx counts, and any other status counts without its body", async () => {
    await withCountingServer(
      ({ url }, response) => {
        response.writeHead(Number(url?.slice(1)), { "retry-after": "9" }).write("begun");
      },
      async (server) => {
        const asked = (path: string) => client.ask(`${server.url}${path}`, { timeoutMs: 150 });
        const response = { status: 200, headers: { "retry-after": "9" } };
        expect(await asked("/200")).toMatchObject({ ...TIMED_OUT, response });
        const { error } = TIMED_OUT;
        for (const status of [404, 429, 503]) {
          expect(await asked(`/${status}`)).toMatchObject({
            kind: "unreadable",
            response: { ...response, status },
            error,
            mayChange: true,
          });
        }
      },
    );
  });

  it("headers that trickle", async () => {
    const server = net.createServer((socket) => {
      socket.on("error", () => undefined).write("HTTP/1.1 200 OK\r\n");
      every(20, socket, () => socket.write("x-more: yes\r\n"));
    });
    await withRawServer(server, async (port) => {
      expect(await client.ask(`http://127.0.0.1:${port}`, { timeoutMs: 150 })).toEqual(TIMED_OUT);
    });
  });

  function every(ms: number, until: NodeJS.EventEmitter, act: () => void): void {
    const timer = setInterval(act, ms);
    until.once("close", () => clearInterval(timer));
  }
});

describe("an aborted request", () => {
  it.each([
    ["before it starts", "never"],
    ["while it waits", "headers"],
    ["while its body arrives", "body"],
  ])("%s is aborted", async (_, moment) => {
    const abort = new AbortController();
    await withCountingServer(
      (_request, response) => {
        if (moment === "body") response.write("begun");
        setImmediate(() => abort.abort());
      },
      async (server) => {
        if (moment === "never") abort.abort();
        expect(await client.ask(server.url, { signal: abort.signal })).toEqual({ kind: "aborted" });
        expect(server.requests).toBe(moment === "never" ? 0 : 1);
      },
    );
  });
});

describe("a network error is transient, with a message", () => {
  it("a port where nobody listens", async () => {
    const server = await startCountingServer(() => undefined);
    await server.close();
    const answer = await client.ask(server.url);
    expect(answer).toMatchObject({
      kind: "transient",
      code: "ECONNREFUSED",
      error: { message: expect.stringContaining("ECONNREFUSED") },
    });
  });

  it("several addresses where nobody listens", async () => {
    const closed = await startCountingServer(() => undefined);
    await closed.close();
    const guard = createAddressGuard({ allowPrivate: true });
    const named = httpClient(guard, lookupTo("127.0.0.1", "127.0.0.2"));
    expect(await named.ask(`http://jobs.example:${closed.port}`)).toMatchObject({
      kind: "transient",
      code: "ECONNREFUSED",
      error: { message: expect.stringMatching(/ECONNREFUSED.*; .*ECONNREFUSED/) },
    });
  });

  it("a name that is not found", async () => {
    const notFound = Object.assign(new Error("getaddrinfo ENOTFOUND gone.example"), {
      code: "ENOTFOUND",
    });
    const named = httpClient(undefined, (_name, _options, callback) => callback(notFound, []));
    expect(await named.ask("http://gone.example/")).toEqual({
      kind: "transient",
      code: "ENOTFOUND",
      error: { name: "Error", message: "getaddrinfo ENOTFOUND gone.example" },
    });
  });

  it.each([
    ["closes without an answer", ""],
    ["closes within the headers", "HTTP/1.1 200 OK\r\nx-a: "],
    ["closes within the body", "HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n12345"],
    ["closes within a chunk", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nff\r\n12345"],
    ["does not speak HTTP", "SSH-2.0-OpenSSH_9.9\r\n"],
    [
      "switches protocols unasked",
      "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\n",
    ],
  ])("a server that %s", async (_, bytes) => {
    const server = net.createServer((socket) => {
      socket.on("error", () => undefined).once("data", () => socket.end(bytes));
    });
    await withRawServer(server, async (port) => {
      expect((await client.ask(`http://127.0.0.1:${port}`)).kind).toBe("transient");
    });
  });

  it("a server that does not speak TLS", async () => {
    await withCountingServer(
      (_, response) => response.end(),
      async ({ port }) => {
        expect((await client.ask(`https://127.0.0.1:${port}`)).kind).toBe("transient");
      },
    );
  });
});

async function withRawServer(server: net.Server, use: (port: number) => Promise<void>) {
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket) => sockets.add(socket)).listen(0, "127.0.0.1");
  await once(server, "listening");
  try {
    await use((server.address() as AddressInfo).port);
  } finally {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, "close");
  }
}
