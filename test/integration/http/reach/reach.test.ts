import { execFile, spawnSync } from "node:child_process";
import net from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import {
  METADATA_SERVICES,
  NOT_PUBLIC_IPV4,
  NOT_PUBLIC_IPV6,
} from "../../../../lib/http/special-addresses.ts";
import { CASES } from "./cases.ts";
import { LAYERS } from "./layers.ts";
import type { Findings } from "./run-cases.ts";

const PROGRAM = join(import.meta.dirname, "run-cases.ts");
const LAYER_NAMES = Object.keys(LAYERS);

/** How a namespace can be created on this machine: as root, or as a user if the system allows it. */
const UNSHARE = [
  ["--net", "--mount"],
  ["--map-root-user", "--net", "--mount"],
].find((options) => {
  const probe = "ip link set lo up && ip -6 route add local ::/0 dev lo && mount --bind / /mnt";
  return spawnSync("unshare", [...options, "sh", "-c", probe]).status === 0;
});

const NETWORKS = [
  {
    network: "a network namespace",
    command: ["unshare", ...(UNSHARE ?? [])],
    kind: "namespace",
  },
  { network: "a switch that takes every dial to loopback", command: [], kind: "switched" },
];

const isPossible = (kind: string): boolean => kind === "switched" || UNSHARE !== undefined;

/** The findings in each network, by its kind and by layer. */
const findings = new Map<string, ReadonlyMap<string, Findings>>();

// Both at once: each waits more than it computes.
beforeAll(async () => {
  const possible = NETWORKS.filter(({ kind }) => isPossible(kind));
  await Promise.all(possible.map(async (of) => findings.set(of.kind, await findingsIn(of))));
});

async function findingsIn({ command, kind }: (typeof NETWORKS)[number]) {
  const [program = "", ...args] = [...command, process.execPath, PROGRAM, kind, ...LAYER_NAMES];
  // In a namespace every address is local, so the guard that keeps tests on loopback is turned off.
  const { NODE_OPTIONS, ...free } = process.env;
  const env = kind === "namespace" ? free : process.env;
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 2 ** 26, env });
  const found: readonly Findings[] = JSON.parse(stdout);
  return new Map(found.map((each) => [each.layer, each]));
}

describe.each(NETWORKS)("in $network", ({ kind }) => {
  const isThere = isPossible(kind);
  const found = (layer: string) => findings.get(kind)?.get(layer);

  it.skipIf(!isThere)("no forbidden address is dialled, and every allowed one is reached", () => {
    expect(found("none")).toEqual({
      layer: "none",
      reached: [],
      missed: [],
      cases: CASES.length + 1,
    });
  });

  it.skipIf(!isThere).each(LAYER_NAMES.filter((layer) => layer !== "none"))(
    "the cases detect a guard without %s",
    (layer) => expect(found(layer)?.reached ?? []).not.toEqual([]),
  );
});

describe("the cases", () => {
  it("are many", () => {
    expect(CASES.filter(({ works }) => !works).length).toBeGreaterThan(600);
    expect(CASES.filter(({ works }) => works).length).toBeGreaterThan(20);
  });

  it.each([...NOT_PUBLIC_IPV4, ...NOT_PUBLIC_IPV6, ...METADATA_SERVICES])(
    "would detect a guard without %s, %s/%i",
    (_name, network, prefix) => {
      const block = new net.BlockList();
      const family = (address: string) => (net.isIPv6(address) ? "ipv6" : "ipv4");
      block.addSubnet(network, prefix, family(network));
      const literals = CASES.filter(({ works }) => !works)
        .map(({ url }) => URL.parse(url)?.hostname.replace(/^\[|\]$/g, "") ?? "")
        .filter((host) => net.isIP(host) !== 0);
      expect(literals.some((host) => block.check(host, family(host)))).toBe(true);
    },
  );
});
