import type { LookupAddress, LookupOptions } from "node:dns";
import dns from "node:dns";
import { readFileSync } from "node:fs";
import net from "node:net";
import { canonicalHost } from "./host-name.ts";
import { descriptorShortage } from "./local-shortage.ts";

/**
 * Resolves a name for `net.connect`. The lookup ends when the signal aborts, which it does when the connection closes.
 */
export type NameLookup = (
  name: string,
  options: LookupOptions & { readonly signal: AbortSignal },
  callback: Parameters<net.LookupFunction>[2],
) => void;

export interface NameLookupOptions {
  /** The name servers, as `address:port`. `@default` the system's */
  readonly servers?: readonly string[];
  /** The text of the hosts file. `@default` the current text of /etc/hosts */
  readonly hostsFile?: string;
  /**
   * How long the first try waits for an answer, in ms; each further one waits twice as long. `@default` 1000, at least
   * 250
   */
  readonly firstTryMs?: number;
  /** Calls back after `delayMs`; returns a function that stops the timer. `@default` setTimeout */
  readonly startTimer?: (callback: () => void, delayMs: number) => () => void;
}

const TRIES = 3;

/** RFC 8305 section 3: how long the addresses of one family wait for those of the other. */
const RESOLUTION_DELAY_MS = 50;

/** RFC 6761 section 6.3: a name server is never asked for a localhost name. */
const LOCALHOST: readonly LookupAddress[] = [
  { address: "127.0.0.1", family: 4 },
  { address: "::1", family: 6 },
];

/**
 * Makes a lookup that finds names in the hosts file and asks the name servers of resolv.conf for all other names. It
 * returns all A and AAAA records, IPv4 first.
 *
 * It does not use `dns.lookup`, which is getaddrinfo: the whole process has two threads for it. Two names whose name
 * servers do not answer block both threads for 10 s or more, even after their requests have ended, and meanwhile no
 * name can be resolved, not even by the AWS SDK. Here each lookup has its own resolver and socket: no lookup waits for
 * another, shares answers with another, or continues after its connection is closed.
 *
 * The search domains of resolv.conf are not used: with them, a name could mean another host than the one that
 * POLL_ALLOW_HOSTS and POLL_DENY_HOSTS were checked for.
 */
export function createNameLookup(options: NameLookupOptions = {}): NameLookup {
  const hosts = parseHostsFile(options.hostsFile ?? readHostsFile());
  return (host, { signal }, callback) => {
    const name = canonicalHost(host);
    const known = hosts.get(name) ?? (/(?:^|\.)localhost$/.test(name) ? LOCALHOST : undefined);
    const found = known ? Promise.resolve(known) : ask(name, options, signal);
    // In nextTick, so that an error thrown by the callback is not taken for a failed lookup.
    found.then(
      (addresses) => process.nextTick(callback, null, [...addresses]),
      (error) => process.nextTick(callback, error, []),
    );
  };
}

async function ask(
  name: string,
  { servers, firstTryMs = 1000, startTimer = startRealTimer }: NameLookupOptions,
  signal: AbortSignal,
): Promise<readonly LookupAddress[]> {
  signal.throwIfAborted();
  const resolver = new dns.promises.Resolver({ timeout: firstTryMs, tries: TRIES });
  if (servers !== undefined) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener("abort", cancel, { once: true });
  const timers: (() => void)[] = [];
  // Addresses of one family are enough; the other family then gets a moment to arrive.
  const soonOver = <T>(answer: T): T => {
    timers.push(startTimer(cancel, RESOLUTION_DELAY_MS));
    return answer;
  };
  try {
    const answers = [
      resolver.resolve4(name).then(soonOver),
      resolver.resolve6(name).then(soonOver),
    ] as const;
    // Checked now, just after the sockets were opened: when the resolver fails later, other sockets may have closed.
    const shortage = descriptorShortage();
    const [a, aaaa] = await Promise.allSettled(answers);
    const addresses = [...addressesOf(a, 4), ...addressesOf(aaaa, 6)];
    if (addresses.length > 0) return addresses;
    throw failureOf([a, aaaa], shortage);
  } finally {
    for (const stop of timers) stop();
    signal.removeEventListener("abort", cancel);
  }
}

function startRealTimer(callback: () => void, delayMs: number): () => void {
  const timer = setTimeout(callback, delayMs);
  return () => clearTimeout(timer);
}

function addressesOf(answer: PromiseSettledResult<string[]>, family: 4 | 6): LookupAddress[] {
  return answer.status === "fulfilled" ? answer.value.map((address) => ({ address, family })) : [];
}

/** "No record" of one type says less than the other type's failure, so it comes last. */
function failureOf(
  answers: readonly PromiseSettledResult<unknown>[],
  shortage: Error | undefined,
): Error {
  const failures = answers.flatMap((each) => (each.status === "rejected" ? [each.reason] : []));
  // The resolver reports CONNREFUSED both for a name server that refuses and for a socket it could not open.
  if (shortage && failures.some(({ code }) => code === dns.CONNREFUSED)) return shortage;
  return failures.find(({ code }) => code !== dns.NODATA) ?? failures[0] ?? new Error(dns.NODATA);
}

function readHostsFile(): string {
  try {
    return readFileSync("/etc/hosts", "utf8");
  } catch {
    return "";
  }
}

function parseHostsFile(text: string): ReadonlyMap<string, readonly LookupAddress[]> {
  const hosts = new Map<string, LookupAddress[]>();
  for (const line of text.split("\n")) {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().toLowerCase().split(/\s+/);
    const family = net.isIP(address);
    if (family === 0) continue;
    for (const name of names) hosts.set(name, [...(hosts.get(name) ?? []), { address, family }]);
  }
  return hosts;
}
