import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  type AddressGuard,
  createAddressGuard,
  ForbiddenAddressError,
} from "../../../lib/http/address-guard.ts";
import { httpClient, lookupTo } from "../../support/http-client.ts";

/** A server that answers HTTP and records every byte that it receives. */
let port: number;
let connections = 0;
let bytes = 0;
const server = net.createServer((socket) => {
  connections++;
  socket
    .on("error", () => undefined)
    .on("data", (chunk) => {
      bytes += chunk.length;
      socket.end("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    });
});

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});
beforeEach(() => {
  connections = 0;
  bytes = 0;
});
afterAll(() => void server.close());

const refusal = (message: string) => ({
  kind: "refused",
  error: { name: "ForbiddenAddressError", message: expect.stringContaining(message) },
});
const NOT_PUBLIC =
  "is not a public address; POLL_ALLOW_PRIVATE=true, the stack's parameter AllowPrivate, lets requests reach it";

async function askedOf(host: string, guard: AddressGuard, ...addresses: string[]) {
  const client = httpClient(guard, addresses.length === 0 ? undefined : lookupTo(...addresses));
  const answer = await client.ask(`http://${host}:${port}/`);
  const left = () => Object.values(client.agents.http.sockets).flat();
  await expect.poll(left, { message: "sockets left behind" }).toEqual([]);
  client.agents.destroy();
  return answer;
}

describe("a literal address, which needs no lookup", () => {
  it.each([
    "127.0.0.1",
    "127.1",
    "0x7f.1",
    "2130706433",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "0.0.0.0",
    "169.254.169.254",
    "[fd00:ec2::254]",
  ])("%s is refused and never dialled", async (host) => {
    const answer = await askedOf(host, createAddressGuard());
    expect(answer).toMatchObject({ kind: "refused", error: { name: "ForbiddenAddressError" } });
    expect(connections).toBe(0);
  });

  it.each(["169.254.169.254", "[fd00:ec2::254]"])(
    "%s is refused even if private addresses are allowed",
    async (host) => {
      const answer = await askedOf(host, createAddressGuard({ allowPrivate: true }));
      expect(answer).toEqual(refusal("a metadata service, which is never reached"));
    },
  );

  it("the runtime API is refused even if private addresses are allowed", async () => {
    const guard = createAddressGuard({ allowPrivate: true, runtimeApi: `127.0.0.1:${port}` });
    expect(await askedOf("127.0.0.1", guard)).toEqual(refusal("is the Lambda runtime API"));
    expect(connections).toBe(0);
  });
});

describe("a name", () => {
  it.each([
    ["a private address", "127.0.0.1"],
    ["a private one among public ones", "8.8.8.8", "127.0.0.1", "1.1.1.1"],
    ["a mapped one", "::ffff:127.0.0.1"],
    ["a text that is not an address", "jobs.internal"],
  ])("that resolves to %s is refused and never dialled", async (_, ...addresses) => {
    const answer = await askedOf("jobs.example", createAddressGuard(), ...addresses);
    expect(answer).toMatchObject({ kind: "refused", error: { name: "ForbiddenAddressError" } });
    expect(connections).toBe(0);
  });

  it("that resolves to a metadata service is refused, whatever is allowed", async () => {
    const guard = createAddressGuard({ allowPrivate: true });
    const answer = await askedOf("jobs.example", guard, "127.0.0.1", "169.254.169.254");
    expect(answer).toEqual(refusal("metadata service"));
    expect(connections).toBe(0);
  });

  it("that resolves to an allowed address is requested", async () => {
    const guard = createAddressGuard({ allowPrivate: true });
    expect((await askedOf("jobs.example", guard, "127.0.0.1")).kind).toBe("response");
    expect(connections).toBe(1);
  });

  it("that is denied is not looked up", async () => {
    let looked = 0;
    const guard = createAddressGuard({ allowPrivate: true, denyHosts: ["jobs.example"] });
    const client = httpClient(guard, (_name, _options, callback) => {
      looked++;
      callback(null, []);
    });
    const answer = await client.ask(`http://JOBS.example.:${port}/`);
    expect(answer).toEqual(
      refusal("host jobs.example is in POLL_DENY_HOSTS; the stack's parameter DenyHosts lists it"),
    );
    expect(looked).toBe(0);
  });
});

describe("the peer of a connection", () => {
  /** A guard that allows an address before the dial and refuses it afterwards. */
  const rebound = (): AddressGuard => {
    let asked = 0;
    const error = new ForbiddenAddressError(`127.0.0.1 ${NOT_PUBLIC}`);
    return {
      refuseHost: () => undefined,
      refuseAddress: () => (++asked > 1 ? error : undefined),
    };
  };

  it.each(["http", "https"])("can be refused before a byte is sent over %s", async (scheme) => {
    for (const host of ["127.0.0.1", "jobs.example"]) {
      const client = httpClient(rebound(), lookupTo("127.0.0.1"));
      expect(await client.ask(`${scheme}://${host}:${port}/`)).toEqual(refusal(NOT_PUBLIC));
      client.agents.destroy();
    }
    expect(bytes).toBe(0);
  });

  it("receives the first bytes of TLS if it is allowed", async () => {
    const client = httpClient(createAddressGuard({ allowPrivate: true }), lookupTo("127.0.0.1"));
    expect((await client.ask(`https://jobs.example:${port}/`)).kind).toBe("transient");
    expect(bytes).toBeGreaterThan(0);
    client.agents.destroy();
  });
});
