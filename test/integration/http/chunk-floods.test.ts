import diagnostics from "node:diagnostics_channel";
import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import zlib from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { httpClient } from "../../support/http-client.ts";

const KIB = 1024;
/** The most bytes that one read of a socket returns. */
const READ = 64 * KIB;
const client = httpClient();

const HEAD = "HTTP/1.1 200 OK\r\n";
const CHUNKED = `${HEAD}transfer-encoding: chunked\r\n\r\n`;
const chunks = (count: number, bytes: number) =>
  `${bytes.toString(16)}\r\n${"x".repeat(bytes)}\r\n`.repeat(count);

/** By path: a head, and a part that is sent again as long as the client reads. */
const FLOODS: Readonly<Record<string, readonly [head: string, part: Buffer]>> = {
  "/one-byte": [CHUNKED, Buffer.from(chunks(10_000, 1))],
  // In an uncompressed gzip block.
  "/encoded": [
    `${HEAD}content-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n`,
    Buffer.from(`f\r\n\x1f\x8b\b\0\0\0\0\0\0\x03\0\xff\xff\0\0\r\n${chunks(10_000, 1)}`, "latin1"),
  ],
  "/empty-members": [
    `${HEAD}content-encoding: gzip\r\n\r\n`,
    Buffer.concat(Array<Buffer>(3000).fill(zlib.gzipSync(""))),
  ],
};
const WHOLE: Readonly<Record<string, string>> = {
  "/neighbour": `${HEAD}content-length: 4\r\n\r\nfine`,
  "/rows": `${CHUNKED}${chunks(25_000, 40)}0\r\n\r\n`,
  "/few": `${CHUNKED}${chunks(5000, 1)}0\r\n\r\n`,
};

let url: string;
const server = net.createServer((socket) => {
  socket.on("error", () => undefined);
  socket.once("data", (request) => {
    const path = /^GET (\S+)/.exec(request.toString("latin1"))?.[1] ?? "";
    const flood = FLOODS[path];
    if (flood === undefined) {
      socket.end(WHOLE[path] ?? "");
      return;
    }
    const [head, part] = flood;
    socket.write(head);
    const push = () => {
      while (socket.writable && socket.write(part));
    };
    socket.on("drain", push);
    push();
  });
});

/** The client's sockets, which count the bytes read. */
let sockets: net.Socket[] = [];
const noteSocket = (message: unknown) => {
  const { socket } = message as { readonly socket: net.Socket };
  sockets.push(socket);
};
beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  diagnostics.subscribe("net.client.socket", noteSocket);
});
beforeEach(() => {
  sockets = [];
});
afterAll(() => {
  diagnostics.unsubscribe("net.client.socket", noteSocket);
  client.agents.destroy();
  server.close();
});

const mostRead = () => Math.max(...sockets.map(({ bytesRead }) => bytesRead));

describe("a body in a flood of tiny pieces", () => {
  it.each([
    ["/one-byte", "in more than 10000 pieces of less than 32 bytes", 2 * READ],
    ["/encoded", "in more than 10000 pieces of less than 32 bytes", 2 * READ],
    ["/empty-members", "larger than 1048576 bytes", 1024 * KIB + 4 * READ],
  ])("%s: sixty at once are refused after few bytes", async (path, why, limit) => {
    const floods = Array.from({ length: 60 }, () => client.ask(`${url}${path}`));
    const neighbour = client.ask(`${url}/neighbour`);
    expect(await neighbour).toMatchObject({ response: { body: "fine" } });
    for (const answer of await Promise.all(floods)) {
      expect(answer).toMatchObject({
        kind: "unreadable",
        mayChange: false,
        error: { name: "UnreadableBodyError", message: expect.stringContaining(why) },
      });
    }
    expect(sockets).toHaveLength(61);
    expect(mostRead()).toBeLessThanOrEqual(limit);
  });

  it.each([
    ["short rows, one per piece", "/rows", 1_000_000],
    ["a short body, one byte per piece", "/few", 5000],
  ])("does not include %s", async (_, path, length) => {
    const answer = await client.ask(`${url}${path}`);
    expect(answer).toMatchObject({ response: { body: "x".repeat(length) } });
  });
});
