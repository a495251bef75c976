import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAddressGuard, ForbiddenAddressError } from "../../../lib/http/address-guard.ts";

const byDefault = createAddressGuard();
const allowing = createAddressGuard({ allowPrivate: true, runtimeApi: "127.0.0.1:9001" });

/** Private networks: refused unless private addresses are allowed. */
const PRIVATE: [name: string, addresses: string[]][] = [
  ["private use", ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"]],
  ["shared address space", ["100.64.0.1", "100.127.255.255"]],
  ["loopback", ["127.0.0.1", "127.255.255.254", "::1", "0:0:0:0:0:0:0:1"]],
  ["unique local", ["fc00::1", "fdff::1"]],
];

/** Neither public nor private networks: no setting allows them. */
const SPECIAL: [name: string, addresses: string[]][] = [
  ["this network", ["0.0.0.0", "0.1.2.3"]],
  ["link local", ["169.254.0.1", "fe80::1", "fe80::1%eth0", "febf::1"]],
  ["protocol assignments", ["192.0.0.8", "2001::1", "2001:20::1"]],
  ["documentation", ["192.0.2.1", "198.51.100.1", "203.0.113.1", "2001:db8::1", "3fff::1"]],
  ["benchmarking", ["198.18.0.1", "198.19.255.255"]],
  ["multicast", ["224.0.0.1", "239.255.255.255", "ff02::1"]],
  ["reserved", ["240.0.0.1", "255.255.255.255"]],
  ["Azure's virtual address", ["168.63.129.16"]],
  ["unspecified", ["::"]],
  ["site local, deprecated", ["fec0::1"]],
  ["IPv4-compatible", ["::127.0.0.1", "::7f00:1", "::8.8.8.8"]],
  ["IPv4-mapped", ["::ffff:127.0.0.1", "::ffff:7f00:1", "::ffff:10.0.0.1", "::FFFF:127.0.0.1"]],
  ["IPv4-translated", ["::ffff:0:127.0.0.1"]],
  ["NAT64", ["64:ff9b::7f00:1", "64:ff9b::127.0.0.1", "64:ff9b:1::1"]],
  ["6to4", ["2002:7f00:1::", "2002:a00:1::1"]],
  ["discard only", ["100::1"]],
  ["a private network with a zone", ["fd00::1%eth0"]],
];

const PUBLIC = ["8.8.8.8", "1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2606:4700::1111"];

/** Refused, whatever is allowed. */
const METADATA = [
  "169.254.169.254",
  "169.254.170.2",
  "169.254.170.23",
  "100.100.100.200",
  "fd00:ec2::254",
  "fd00:ec2:0:0:0:0:0:254",
  "fd00:ec2::23",
  "::ffff:169.254.169.254",
  "::ffff:a9fe:a9fe",
];

describe("addresses", () => {
  it.each(PRIVATE)("%s: refused, unless private addresses are allowed", (_, addresses) => {
    for (const address of addresses) {
      expect(byDefault.refuseAddress(address, 443, "literal"), address).toBeInstanceOf(
        ForbiddenAddressError,
      );
      expect(allowing.refuseAddress(address, 443, "literal"), address).toBeUndefined();
    }
  });

  it.each(SPECIAL)("%s: refused, whatever is allowed", (_, addresses) => {
    for (const address of addresses) {
      for (const guard of [byDefault, allowing]) {
        expect(guard.refuseAddress(address, 443, "literal"), address).toBeInstanceOf(
          ForbiddenAddressError,
        );
      }
    }
  });

  it.each(PUBLIC)("%s is public", (address) => {
    expect(byDefault.refuseAddress(address, 443, "literal")).toBeUndefined();
    expect(allowing.refuseAddress(address, 443, "literal")).toBeUndefined();
  });

  it.each(METADATA)("%s is a metadata service: always refused", (address) => {
    for (const guard of [byDefault, allowing]) {
      expect(guard.refuseAddress(address, 80, "literal")?.message).toContain("metadata service");
    }
  });

  it("the Lambda runtime API is refused, other ports and addresses are not", () => {
    expect(allowing.refuseAddress("127.0.0.1", 9001, "literal")).toBeInstanceOf(
      ForbiddenAddressError,
    );
    expect(allowing.refuseAddress("127.0.0.1", 9002, "literal")).toBeUndefined();
    expect(allowing.refuseAddress("127.0.0.2", 9001, "literal")).toBeDefined();
    expect(allowing.refuseAddress("::1", 9001, "literal")).toBeDefined();
    expect(allowing.refuseAddress("10.0.0.1", 9001, "literal")).toBeUndefined();
  });

  it.each(["", "localhost", "127.1", "0x7f000001", "2130706433", "1.2.3.4.5", "[::1]"])(
    "%j is not an address: refused, whatever is allowed",
    (address) =>
      expect(allowing.refuseAddress(address, 80, "literal")).toBeInstanceOf(ForbiddenAddressError),
  );

  it("no IPv4 address is reached by its IPv4-mapped form", () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        for (const guard of [byDefault, allowing]) {
          expect(guard.refuseAddress(`::ffff:${address}`, 80, "lookup")).toBeDefined();
        }
      }),
    );
  });
});

describe("ports", () => {
  it("are 80, 443 and all from 1024 by default", () => {
    const open = Array.from({ length: 65_536 }, (_, port) => port).filter(
      (port) => byDefault.refuseAddress("8.8.8.8", port, "literal") === undefined,
    );
    expect(open.slice(0, 3)).toEqual([80, 443, 1024]);
    expect(open).toHaveLength(2 + 65_536 - 1024);
  });

  it("are only those in allowPorts, if it is given", () => {
    const guard = createAddressGuard({ allowPorts: [[8000, 8001]] });
    expect(guard.refuseAddress("8.8.8.8", 8001, "peer")).toBeUndefined();
    expect(guard.refuseAddress("8.8.8.8", 443, "peer")?.message).toBe(
      "port 443 is not in POLL_ALLOW_PORTS; the stack's parameter AllowPorts lists all ports that requests may go to",
    );
  });
});

describe("hosts", () => {
  it.each([
    { host: "a.example", patterns: ["a.example"], matches: true },
    { host: "A.Example", patterns: ["a.example"], matches: true },
    { host: "a.example", patterns: ["A.EXAMPLE"], matches: true },
    { host: "a.example.", patterns: ["a.example"], matches: true },
    { host: "a.example", patterns: ["b.example", "a.example"], matches: true },
    { host: "x.a.example", patterns: ["a.example"], matches: false },
    { host: "xa.example", patterns: ["a.example"], matches: false },
    { host: "a.example.evil.example", patterns: ["a.example"], matches: false },
    { host: "x.a.example", patterns: ["*.a.example"], matches: true },
    { host: "x.y.a.example", patterns: ["*.a.example"], matches: true },
    { host: "a.example", patterns: ["*.a.example"], matches: false },
    { host: "xa.example", patterns: ["*.a.example"], matches: false },
    { host: "127.0.0.1", patterns: ["127.0.0.1"], matches: true },
    { host: "::1", patterns: ["::1"], matches: true },
    { host: "::1", patterns: ["[0:0::1]"], matches: true },
    { host: "127.0.0.1", patterns: ["127.1"], matches: true },
    { host: "xn--bcher-kva.example", patterns: ["bücher.example"], matches: true },
    { host: "x.xn--bcher-kva.example", patterns: ["*.bücher.example"], matches: true },
  ])("$host in $patterns: $matches", ({ host, patterns, matches }) => {
    const denied = createAddressGuard({ denyHosts: patterns }).refuseHost(host);
    const allowed = createAddressGuard({ allowHosts: patterns }).refuseHost(host);
    expect(denied !== undefined).toBe(matches);
    expect(allowed === undefined).toBe(matches);
  });

  it("are all allowed by default", () => {
    expect(byDefault.refuseHost("any.example")).toBeUndefined();
  });

  it("denied by address are refused by name too", () => {
    const guard = createAddressGuard({ denyHosts: ["8.8.8.8"] });
    expect(guard.refuseAddress("8.8.8.8", 443, "lookup")?.message).toContain("POLL_DENY_HOSTS");
  });

  it.each(["https://a.example", "a.example:80", "a.example/x", "a.*.example", "", "u@a.example"])(
    "%j is refused: no host could match it",
    (host) => expect(() => createAddressGuard({ denyHosts: [host] })).toThrow(TypeError),
  );

  it("are refused when both allowed and denied", () => {
    const guard = createAddressGuard({ allowHosts: ["*.a.example"], denyHosts: ["x.a.example"] });
    expect(guard.refuseHost("x.a.example")?.message).toContain("POLL_DENY_HOSTS");
    expect(guard.refuseHost("y.a.example")).toBeUndefined();
    expect(guard.refuseHost("b.example")?.message).toContain("POLL_ALLOW_HOSTS");
  });
});
