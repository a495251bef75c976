import { execFile } from "node:child_process";
import dgram from "node:dgram";
import dns, { lookup, resolve4 } from "node:dns";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import tls from "node:tls";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { describe, expect, it } from "vitest";
import { CHILD_ENVIRONMENT } from "../../support/child-environment.ts";

const LEAVING = /^test tried to leave loopback: /;

const errorOf = (socket: net.Socket | http.ClientRequest): Promise<string> => {
  const { promise, resolve } = Promise.withResolvers<string>();
  socket.once("error", ({ message }: Error) => resolve(message));
  socket.once("connect", () => resolve("connected"));
  return promise;
};

const lookupOf =
  (address: string): net.LookupFunction =>
  (_name, options, callback) => {
    const family = net.isIP(address);
    if (options.all === true) callback(null, [{ address, family }]);
    else callback(null, address, family);
  };

describe("is kept on loopback", () => {
  it.each([
    ["an address", () => net.connect(80, "192.0.2.1")],
    ["an address in options", () => net.connect({ port: 80, host: "192.0.2.1" })],
    ["an IPv6 address", () => net.connect(80, "2001:db8::1")],
    ["a socket's own connect", () => new net.Socket().connect(80, "192.0.2.1")],
    ["TLS", () => tls.connect({ port: 443, host: "192.0.2.1" })],
    ["HTTP", () => http.get("http://192.0.2.1/")],
    ["a real name", () => net.connect(80, "example.com")],
    ["a real name over TLS", () => tls.connect({ port: 443, host: "example.com" })],
    ["a real name over HTTP", () => http.get("http://example.com/")],
    [
      "a name that a lookup resolves to another host",
      () => {
        return net.connect({ port: 80, host: "jobs.example", lookup: lookupOf("192.0.2.1") });
      },
    ],
    [
      "localhost that a lookup resolves to another host",
      () => {
        return net.connect({ port: 80, host: "localhost", lookup: lookupOf("192.0.2.1") });
      },
    ],
  ])("%s", async (_, connect) => {
    expect(await errorOf(connect())).toMatch(LEAVING);
  });

  it("fetch", async () => {
    const failure = await fetch("http://192.0.2.1/").catch((error: Error) => error.cause);
    expect(failure).toMatchObject({ message: expect.stringMatching(LEAVING) });
  });

  it("a DNS lookup, however it is imported", async () => {
    const { promise, resolve } = Promise.withResolvers<Error | null>();
    lookup("example.com", resolve);
    expect(await promise).toMatchObject({ message: expect.stringMatching(LEAVING) });
    await expect(dns.promises.lookup("example.com")).rejects.toThrow(LEAVING);
  });

  it("a query to a name server elsewhere", async () => {
    for (const resolver of [new dns.promises.Resolver(), dns.promises]) {
      resolver.setServers(["192.0.2.1"]);
      await expect(resolver.resolve4("example.com")).rejects.toThrow(LEAVING);
      await expect(resolver.reverse("192.0.2.1")).rejects.toThrow(LEAVING);
    }
    const resolver = new dns.Resolver();
    resolver.setServers(["127.0.0.1:5353", "[2001:db8::1]:5353"]);
    const { promise, resolve } = Promise.withResolvers<Error | null>();
    resolver.resolve("example.com", "A", resolve);
    expect(await promise).toMatchObject({ message: expect.stringMatching(LEAVING) });
    dns.setServers(["192.0.2.1"]);
    const named = Promise.withResolvers<Error | null>();
    resolve4("example.com", named.resolve);
    expect(await named.promise).toMatchObject({ message: expect.stringMatching(LEAVING) });
  });

  it("a datagram", () => {
    const socket = dgram.createSocket("udp4");
    expect(() => socket.send("x", 53, "192.0.2.1")).toThrow(LEAVING);
    expect(() => socket.send(Buffer.from("x"), 0, 1, 53, "example.com")).toThrow(LEAVING);
    expect(() => socket.connect(53, "192.0.2.1")).toThrow(LEAVING);
    socket.close();
  });

  it.each([
    ["with an inherited environment", process.env],
    ["with its own environment", { ...CHILD_ENVIRONMENT }],
  ])("a child process %s, and a child of it", async (_, env) => {
    const program = `
      import net from "node:net";
      import { spawnSync } from "node:child_process";
      net.connect(80, "192.0.2.1").on("error", ({ message }) => {
        process.stdout.write(message + "\\n");
        if (process.argv[1] === "grandchild") return;
        const args = [...process.execArgv, "grandchild"];
        process.stdout.write(spawnSync(process.execPath, args, { env: process.env }).stdout);
      });`;
    const args = ["--input-type=module", "--eval", program];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    expect(stdout.trim().split("\n")).toEqual(Array(2).fill(expect.stringMatching(LEAVING)));
  });

  it.each([
    ["with an inherited environment", {}],
    ["with its own environment, like a local sandbox's", { env: {}, execArgv: [] }],
  ])("a worker thread %s", async (_, options) => {
    const program = new URL(`data:text/javascript,
      import net from "node:net";
      import { parentPort } from "node:worker_threads";
      net.connect(80, "192.0.2.1").on("error", ({ message }) => parentPort.postMessage(message));`);
    const [message] = await once(new Worker(program, options), "message");
    expect(message).toMatch(LEAVING);
  });
});

describe("a connection within loopback works", () => {
  it.each([
    ["a port", (port: number) => net.connect(port)],
    ["an address", (port: number) => net.connect(port, "127.0.0.1")],
    ["a socket's own connect", (port: number) => new net.Socket().connect(port, "127.0.0.1")],
    ["a socket's own connect by port", (port: number) => new net.Socket().connect(port)],
    ["localhost", (port: number) => net.connect({ port, host: "localhost" })],
    [
      "a name with a lookup",
      (port: number) => {
        return net.connect({ port, host: "jobs.example", lookup: lookupOf("127.0.0.1") });
      },
    ],
  ])("%s", async (_, connect) => {
    const server = net.createServer((socket) => socket.end()).listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("no port was bound");
    const socket = connect(address.port);
    expect(await errorOf(socket)).toBe("connected");
    socket.destroy();
    server.close();
    await once(server, "close");
  });
});
