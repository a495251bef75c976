import dns, { lookup } from "node:dns";
import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import tls from "node:tls";
import { describe, expect, it } from "vitest";

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

describe("no test leaves loopback", () => {
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
      "a name that a lookup sends out",
      () => {
        return net.connect({ port: 80, host: "jobs.example", lookup: lookupOf("192.0.2.1") });
      },
    ],
    [
      "localhost sent out",
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

  it("a look-up, however it is imported", async () => {
    const { promise, resolve } = Promise.withResolvers<Error | null>();
    lookup("example.com", resolve);
    expect(await promise).toMatchObject({ message: expect.stringMatching(LEAVING) });
    await expect(dns.promises.lookup("example.com")).rejects.toThrow(LEAVING);
  });
});

describe("what stays on loopback works", () => {
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
