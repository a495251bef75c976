import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { METHODS } from "../../../lib/http/http-request.ts";
import { type HttpClient, httpClient } from "../../support/http-client.ts";

/** An unfinished request: the head of the next one would become the value of its last header. */
const SMUGGLED = "GET /smuggled HTTP/1.1\r\nx-swallows: ";

let client: HttpClient;
let server: net.Server;
let url: string;
/** The text received on each connection. */
let received: string[];
const sockets = new Set<net.Socket>();

/** A server that ignores bodies: it reads what follows a head as the next request. */
beforeEach(async () => {
  client = httpClient();
  received = [];
  server = net.createServer((socket) => {
    const connection = received.push("") - 1;
    let heads = 0;
    sockets.add(socket);
    socket
      .on("error", () => undefined)
      .on("data", (bytes) => {
        received[connection] += bytes.toString("latin1");
        const complete = (received[connection] ?? "").split("\r\n\r\n").length - 1;
        for (; heads < complete; heads++)
          socket.write("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
      });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  client.agents.destroy();
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, "close");
});

const ask = (path: string, parts?: Parameters<HttpClient["ask"]>[1]) =>
  client.ask(`${url}${path}`, parts);
const victim = () => ask("/victim", { headers: { authorization: "Bearer victim" } });

describe("a request with a body never shares its connection", () => {
  it.each(METHODS)("%s", async (method) => {
    await victim();
    expect((await ask("/attack", { method, body: SMUGGLED })).kind).toBe("response");
    await victim();
    await ask("/none", { method });

    const [attack, ...more] = received.filter((bytes) => bytes.includes("/attack"));
    expect(more).toEqual([]);
    expect(attack?.split("\r\n\r\n")).toHaveLength(2);
    expect(attack?.endsWith(SMUGGLED)).toBe(true);
    expect(received.filter((bytes) => bytes.includes("Bearer victim"))).toHaveLength(1);
  });

  it("even when many are made at once", async () => {
    const attacks = METHODS.map((method) => ask("/attack", { method, body: SMUGGLED }));
    await Promise.all([...attacks, victim(), victim()]);
    await Promise.all([victim(), victim()]);
    for (const bytes of received) expect(bytes).not.toMatch(/attack.*victim|victim.*attack/s);
  });

  it("but one without a body, or with an empty one, does", async () => {
    await ask("/one");
    await ask("/two", { method: "POST", body: "" });
    await ask("/three");
    expect(received).toHaveLength(1);
  });
});
