import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import net, { type AddressInfo, type LookupFunction } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createZone, lookupIn, serveZone, type Zone } from "./name-server.ts";
import { CLOSED_PORT } from "./reach-case.ts";

/** A network in which a canary server has every address: every dial is recorded, and nothing leaves the machine. */
export interface Network {
  readonly zone: Zone;
  /** `undefined` for the system's own resolver. */
  readonly lookup: LookupFunction | undefined;
  /** Every dial so far, as `address port`. */
  readonly dialled: string[];
  /** How many bytes each address received. */
  readonly bytesAt: Map<string, number>;
}

const PORTS = [80, 443, 1024, 3000, 8080, 65_535, 9001];

/**
 * A new network namespace, to be run under `unshare --net --mount`: every address belongs to its loopback
 * interface, real servers listen on them, and the system's resolver queries the test's name server.
 */
export async function namespaceNetwork(): Promise<Network> {
  const resolvConf = join(tmpdir(), `resolv.conf.${process.pid}`);
  writeFileSync(resolvConf, "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n");
  execFileSync("sh", [
    "-ec",
    `ip link set lo up
     ip route add local 0.0.0.0/0 dev lo
     ip -6 route add local ::/0 dev lo
     mount --bind ${resolvConf} /etc/resolv.conf
     rm ${resolvConf}`,
  ]);
  const zone = createZone();
  await serveZone(zone, 53);
  const network = { zone, lookup: undefined, dialled: [], bytesAt: new Map<string, number>() };
  const address = (socket: net.Socket) => (socket.localAddress ?? "").replace(/^::ffff:/, "");
  await Promise.all(PORTS.map((port) => startCanary(port, "::", network, address)));
  noteDials(network);
  return network;
}

/** The same without a namespace: every dial, whatever its address, goes to one canary on 127.0.0.1. */
export async function switchedNetwork(): Promise<Network> {
  const zone = createZone();
  const network = { zone, lookup: lookupIn(zone), dialled: [], bytesAt: new Map<string, number>() };
  const addresses = new Map<number, string>();
  const address = (socket: net.Socket) => addresses.get(socket.remotePort ?? 0) ?? "";
  const { port } = await startCanary(0, "127.0.0.1", network, address);
  switchDials(network, port, addresses);
  return network;
}

async function startCanary(
  port: number,
  host: string,
  { bytesAt }: Network,
  addressOf: (socket: net.Socket) => string,
): Promise<AddressInfo> {
  const server = net.createServer((socket) => {
    socket
      .on("error", () => undefined)
      .on("data", (chunk) => {
        const address = addressOf(socket);
        bytesAt.set(address, (bytesAt.get(address) ?? 0) + chunk.length);
        socket.end(answerTo(chunk.toString("latin1")));
      });
  });
  server.listen(port, host).unref();
  await once(server, "listening");
  return server.address() as AddressInfo;
}

function answerTo(request: string): string {
  const target = /^GET \/redirect\?(\S+)/.exec(request)?.[1];
  return target === undefined
    ? "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
    : `HTTP/1.1 302 Found\r\nlocation: ${Buffer.from(decodeURIComponent(target)).toString("latin1")}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n`;
}

function noteDials({ dialled }: Network): void {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    this.on("connectionAttempt", (address, port) => dialled.push(`${address} ${port}`));
    return Reflect.apply(connect, this, args);
  } as typeof connect;
}

function switchDials({ dialled }: Network, canary: number, addresses: Map<number, string>): void {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    const [options] = Array.isArray(args[0]) ? args[0] : args;
    const { host, port, lookup }: net.TcpSocketConnectOpts = options;
    const dial = (address: string) => {
      dialled.push(`${address} ${port}`);
      Object.defineProperty(this, "remoteAddress", { value: address });
      this.prependOnceListener("connect", () => addresses.set(this.localPort ?? 0, address));
      Reflect.apply(connect, this, [{ ...options, host: "127.0.0.1", port: canary }]);
    };
    if (host === undefined || lookup === undefined) throw new Error("a dial without a lookup");
    if (net.isIP(host)) dial(host);
    else {
      lookup(host, { all: true }, (error, found) => {
        const addresses = (Array.isArray(found) ? found : []).map((each) => each.address);
        const [first] = addresses;
        if (error || first === undefined) this.destroy(error ?? new Error("nothing found"));
        else if (port !== CLOSED_PORT) dial(first);
        else {
          dialled.push(...addresses.map((address) => `${address} ${port}`));
          this.destroy(new Error("ECONNREFUSED"));
        }
      });
    }
    return this;
  } as typeof connect;
}
