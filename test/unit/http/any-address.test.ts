import net from "node:net";
import fc from "fast-check";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createAddressGuard } from "../../../lib/http/address-guard.ts";
import { createGuardedAgents } from "../../../lib/http/guarded-agents.ts";

/** The registries again, as numbers and without a BlockList, so that one mistake is not made in both places. */
const FORBIDDEN_IPV4: readonly (readonly [first: number, last: number])[] = [
  [0x00000000, 0x00ffffff],
  [0x0a000000, 0x0affffff],
  [0x64400000, 0x647fffff],
  [0x7f000000, 0x7fffffff],
  [0xa83f8110, 0xa83f8110],
  [0xa9fe0000, 0xa9feffff],
  [0xac100000, 0xac1fffff],
  [0xc0000000, 0xc00000ff],
  [0xc0000200, 0xc00002ff],
  [0xc0586300, 0xc05863ff],
  [0xc0a80000, 0xc0a8ffff],
  [0xc6120000, 0xc613ffff],
  [0xc6336400, 0xc63364ff],
  [0xcb007100, 0xcb0071ff],
  [0xe0000000, 0xffffffff],
];
const EDGES = FORBIDDEN_IPV4.flat().flatMap((edge) => [edge - 1, edge, edge + 1]);

const isForbidden = (address: string): boolean => {
  if (net.isIPv4(address)) {
    const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
    return FORBIDDEN_IPV4.some(([first, last]) => value >= first && value <= last);
  }
  const hexadecimal = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [first = 0, second = 0] = hexadecimal
    .replace(/^::/, "0:0:")
    .split("::")[0]
    ?.split(":")
    .map((group) => Number.parseInt(group, 16)) ?? [0, 0];
  if (first < 0x2000 || first > 0x3fff || first === 0x2002) return true;
  if (first === 0x2001) return second < 0x200 || second === 0xdb8;
  return first === 0x3fff && second < 0x1000;
};

const ipv4Number = fc.oneof(
  fc.integer({ min: 0, max: 0xffffffff }),
  fc.constantFrom(...EDGES.filter((edge) => edge >= 0 && edge <= 0xffffffff)),
);
const dotted = (value: number) =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
const hex = (value: number) =>
  `${Math.floor(value / 65_536).toString(16)}:${(value % 65_536).toString(16)}`;

const ipv4Host = fc.tuple(ipv4Number, fc.nat(5)).map(([value, spelling]) => {
  const [a = "", b = "", c = "", d = ""] = dotted(value).split(".");
  const octal = (part: string) => `0${Number(part).toString(8)}`;
  const spellings = [
    `${a}.${b}.${c}.${d}`,
    `${value}`,
    `0x${value.toString(16)}`,
    `0${value.toString(8)}`,
    `${a}.${value % 2 ** 24}`,
    [a, b, c, d].map(octal).join("."),
  ];
  return spellings[spelling] ?? "";
});
const ipv6 = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(
        0,
        0x64,
        0x100,
        0x1fff,
        0x2000,
        0x2001,
        0x2002,
        0x3fff,
        0x4000,
        0xfd00,
        0xfe80,
      ),
      fc.constantFrom(0, 0x1ff, 0x200, 0xdb8, 0xdb9, 0xfff, 0x1000, 0xff9b),
      ipv4Number,
    )
    .map(([first, second, value]) => `${first.toString(16)}:${second.toString(16)}::${hex(value)}`),
  fc
    .tuple(
      fc.constantFrom("::", "::ffff:", "::ffff:0:", "64:ff9b::", "2002::", "2620::"),
      ipv4Number,
    )
    .map(([prefix, value]) => `${prefix}${hex(value)}`),
);
const address = fc.oneof(ipv4Number.map(dotted), ipv6);
const target = fc.oneof(
  ipv4Host.map((host) => ({ host, answers: [] as string[] })),
  ipv6.map((host) => ({ host: `[${host}]`, answers: [] as string[] })),
  fc
    .array(address, { minLength: 1, maxLength: 3 })
    .map((answers) => ({ host: "jobs.example", answers })),
);

const connect = net.Socket.prototype.connect;
let dialled: string[] = [];
beforeEach(() => {
  // Records each address that would be dialled, and dials none.
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
    const [options] = Array.isArray(args[0]) ? args[0] : args;
    if (net.isIP(options.host)) dialled.push(options.host);
    else {
      options.lookup(
        options.host,
        { all: true },
        (error: unknown, found: { address: string }[]) => {
          if (!error) dialled.push(...found.map((each) => each.address));
        },
      );
    }
    return this;
  } as typeof connect;
});
afterEach(() => {
  net.Socket.prototype.connect = connect;
});

it("no URL and no DNS answer leads to a forbidden address", () => {
  let reached = 0;
  let answers: string[] = [];
  const agents = createGuardedAgents(createAddressGuard(), (_name, _options, callback) =>
    callback(
      null,
      answers.map((each) => ({ address: each, family: net.isIP(each) })),
    ),
  );
  fc.assert(
    fc.property(target, (each) => {
      dialled = [];
      answers = each.answers;
      const host = new URL(`http://${each.host}/`).hostname.replace(/^\[|\]$/g, "");
      const asked = answers.length > 0 ? answers : [host];
      try {
        agents.http.createConnection({ host, port: 80 });
      } catch {
        dialled = [];
      }
      const mayBeReached = !asked.some(isForbidden);
      if (dialled.join() !== (mayBeReached ? asked.join() : "")) {
        throw new Error(`${asked}: dialled ${dialled}`);
      }
      if (mayBeReached) reached++;
    }),
    { numRuns: 30_000 },
  );
  expect(reached).toBeGreaterThan(3000);
});
