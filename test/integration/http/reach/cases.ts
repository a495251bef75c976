import { HIDDEN_IPV4, IPV4, IPV6, NEVER, PUBLIC } from "./addresses.ts";
import { CLOSED_PORT, INNOCENT, inUrl, type ReachCase, redirecting } from "./reach-case.ts";
import { ODD_URLS } from "./spellings.ts";

const [V4, V6] = INNOCENT;
const hostile = (name: string, url: string, more: Partial<ReachCase> = {}): ReachCase => ({
  name,
  url,
  works: false,
  ...more,
});
const working = (name: string, url: string, more: Partial<ReachCase> = {}): ReachCase => ({
  name,
  url,
  works: true,
  ...more,
});

let names = 0;
/** A different name per case, so that no case gets another one's cached answer. */
const named = (port = 80) => `http://n${names++}.example.test:${port}/`;

const SPECIAL = [...IPV4, ...IPV6, ...HIDDEN_IPV4];
const SOME = [
  ...["127.0.0.1", "169.254.169.254", "10.1.2.3", "100.64.0.0", "0.0.0.0", "192.168.1.1"],
  ...[
    "::1",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::7f00:1",
    "fd00:ec2::254",
    "2002:7f00:1::1",
  ],
];
const privateAllowed = { allowPrivate: true };

const literals = [
  ...SPECIAL.map((address) => hostile(`literal ${address}`, `http://${inUrl(address)}/`)),
  ...SOME.map((address) => hostile(`literal ${address}, https`, `https://${inUrl(address)}/`)),
  ...NEVER.map((address) =>
    hostile(`${address} with private allowed`, `http://${inUrl(address)}/`, {
      guard: privateAllowed,
    }),
  ),
  ...ODD_URLS.map((url) => hostile(`odd ${JSON.stringify(url)}`, url)),
];

const answered = [
  ...SPECIAL.map((address) => hostile(`a name for ${address}`, named(), { answers: [[address]] })),
  ...SOME.flatMap((address) => [
    hostile(`${address} after a public one`, named(), { answers: [[V4, V6, address]] }),
    hostile(`${address} after a public one that is down`, named(CLOSED_PORT), {
      answers: [[V4, address]],
    }),
    hostile(`${address} before a public one`, named(), { answers: [[address, V4, V6]] }),
  ]),
  ...NEVER.map((address) =>
    hostile(`a name for ${address} with private allowed`, named(), {
      guard: privateAllowed,
      answers: [[address]],
    }),
  ),
];

/** Public at first, and private after a number of lookups. */
const rebinding = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((lookups) =>
  ["127.0.0.1", "169.254.169.254", "::1", "fd00:ec2::254"].map((address) =>
    hostile(`${address} after ${lookups} lookups`, named(), {
      answers: [...Array.from({ length: lookups }, () => [V4]), [address]],
      requests: lookups + 3,
    }),
  ),
);

const redirects = [
  ...SOME.flatMap((address) => {
    const target = `http://${inUrl(address)}/`;
    return [
      hostile(`a redirect to ${address}`, redirecting(target)),
      hostile(`three redirects to ${address}`, redirecting(target, 3)),
    ];
  }),
  ...["http://2130706433/", "http://0x7f.1/", "//127.0.0.1/", "http://\uff11\uff12\uff17.1/"].map(
    (target) => hostile(`a redirect to ${target}`, redirecting(target)),
  ),
  ...["file:///etc/passwd", "gopher://127.0.0.1/", "http://u:p@127.0.0.1/"].map((target) =>
    hostile(`a redirect to ${target}`, redirecting(target)),
  ),
  hostile("a redirect to a name for 127.0.0.1", redirecting("http://localhost/")),
  hostile("a redirect to a denied host", redirecting("http://8.8.8.8/"), {
    guard: { denyHosts: ["8.8.8.8"] },
  }),
  hostile("a redirect to another port", redirecting(`http://${V4}:22/`)),
];

const PORTS = [1, 21, 22, 23, 25, 53, 79, 81, 88, 110, 111, 143, 389, 442, 444, 445, 873, 1023];
const settings = [
  ...PORTS.map((port) => hostile(`port ${port}`, `http://${V4}:${port}/`)),
  hostile("a port that is not listed", "http://8.8.8.8/", { guard: { allowPorts: [[443, 443]] } }),
  hostile("a denied address", "http://8.8.8.8/", { guard: { denyHosts: ["8.8.8.8"] } }),
  hostile("a name for a denied address", named(), {
    answers: [["8.8.8.8"]],
    guard: { denyHosts: ["8.8.8.8"] },
  }),
  hostile("an address that is not listed", "http://8.8.8.8/", { guard: { allowHosts: [V4] } }),
  ...["127.0.0.1", "127.0.0.2", "[::1]", "localhost", "2130706433"].map((host) =>
    hostile(`the runtime API at ${host}`, `http://${host}:9001/2018-06-01/runtime`, {
      guard: { allowPrivate: true, runtimeApi: "127.0.0.1:9001" },
    }),
  ),
  hostile("the runtime API by a redirect", redirecting("http://127.0.0.1:9001/"), {
    guard: { allowPrivate: true, runtimeApi: "127.0.0.1:9001" },
  }),
];

const works = [
  ...PUBLIC.map((address) => working(`public ${address}`, `http://${inUrl(address)}/`)),
  working("https", `https://${V4}/`),
  working("a public address as a number", "http://134744072/"),
  working("a public address with a trailing dot", "http://8.8.8.8./"),
  ...[1024, 3000, 8080, 65_535].map((port) => working(`port ${port}`, `http://${V4}:${port}/`)),
  working("a name", named(), { answers: [[V4]] }),
  working("a name with IPv6 only", named(), { answers: [[V6]] }),
  working("a name with many addresses", named(), { answers: [[V4, "8.8.8.8", "1.1.1.1", V6]] }),
  working("a name that moves", named(), { answers: [[V4], ["8.8.8.8"]], requests: 3 }),
  working("five redirects", redirecting("http://8.8.8.8/", 5)),
  working("a host that is listed", `http://${V4}/`, { guard: { allowHosts: [V4] } }),
  ...["10.0.0.1", "127.0.0.1:8080", "192.168.1.1", "[fd00::1]", "[::1]:8080", "172.16.0.1"].map(
    (host) => working(`${host} with private allowed`, `http://${host}/`, { guard: privateAllowed }),
  ),
];

export const CASES: readonly ReachCase[] = [
  ...literals,
  ...answered,
  ...rebinding,
  ...redirects,
  ...settings,
  ...works,
];
