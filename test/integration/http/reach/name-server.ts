import dgram from "node:dgram";
import { once } from "node:events";
import { isIPv4, type LookupFunction } from "node:net";

/** The answers for each name, one per lookup. The last one is repeated. */
export interface Zone {
  set(name: string, answers: readonly (readonly string[])[]): void;
  /** The next answer for a name. Each record type is counted by itself. */
  ask(name: string, type: number): readonly string[];
}

const A = 1;
const AAAA = 28;

export function createZone(): Zone {
  const answers = new Map<string, readonly (readonly string[])[]>();
  const asked = new Map<string, number>();
  return {
    set: (name, list) => void answers.set(name, list),
    ask(name, type) {
      const list = answers.get(name) ?? [];
      const key = `${name} ${type}`;
      const count = asked.get(key) ?? 0;
      asked.set(key, count + 1);
      const answer = list[Math.min(count, list.length - 1)] ?? [];
      return type === 0 ? answer : answer.filter((each) => isIPv4(each) === (type === A));
    },
  };
}

/** Looks names up in the zone directly, without a name server. */
export function lookupIn(zone: Zone): LookupFunction {
  return (name, _options, callback) => {
    const local = name.replace(/\.$/, "") === "localhost" ? ["127.0.0.1"] : zone.ask(name, 0);
    const found = local.map((address) => ({ address, family: isIPv4(address) ? 4 : 6 }));
    const error = Object.assign(new Error(`ENOTFOUND ${name}`), { code: "ENOTFOUND" });
    process.nextTick(() => (found.length > 0 ? callback(null, found) : callback(error, [])));
  };
}

/**
 * Serves the zone over DNS (RFC 1035), so that a resolver can query it.
 *
 * @param port 0 for any free port
 * @param isSilent returns true for a query that is never answered
 * @returns its port
 */
export async function serveZone(
  zone: Zone,
  port: number,
  isSilent: (name: string, type: number) => boolean = () => false,
): Promise<number> {
  const socket = dgram.createSocket("udp4");
  socket.on("message", (query, from) => {
    const { name, type, end } = questionOf(query);
    if (isSilent(name, type)) return;
    const records = zone.ask(name, type).map((address) => recordOf(address, type));
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8400, 2);
    header.writeUInt16BE(records.length, 6);
    header.writeUInt32BE(0, 8);
    socket.send(
      Buffer.concat([header, query.subarray(12, end), ...records]),
      from.port,
      from.address,
    );
  });
  socket.bind(port, "127.0.0.1");
  await once(socket, "listening");
  socket.unref();
  return socket.address().port;
}

function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function recordOf(address: string, type: number): Buffer {
  const data = type === AAAA ? ipv6Bytes(address) : Buffer.from(address.split(".").map(Number));
  const head = Buffer.from([0xc0, 12, 0, type, 0, 1, 0, 0, 0, 0, 0, data.length]);
  return Buffer.concat([head, data]);
}

function ipv6Bytes(address: string): Buffer {
  const hexadecimal = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = [], tail = []] = hexadecimal
    .split("::")
    .map((half) => half.split(":").filter((group) => group !== ""));
  const zeros = Array<string>(8 - head.length - tail.length).fill("0");
  const bytes = Buffer.alloc(16);
  for (const [index, group] of [...head, ...zeros, ...tail].entries()) {
    bytes.writeUInt16BE(Number.parseInt(group, 16), index * 2);
  }
  return bytes;
}
