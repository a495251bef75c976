import dgram from "node:dgram";
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";
import threads, { SHARE_ENV, type WorkerOptions } from "node:worker_threads";
import { CHILD_ENVIRONMENT } from "../support/child-environment.ts";

// Loaded before every test: no connection of a test can leave this machine, and no name is looked up outside
// it. A connection with a test's own lookup is checked by the resolved address. Child processes that inherit the
// environment are restricted too. Those with their own environment must get CHILD_ENVIRONMENT.
Object.assign(process.env, CHILD_ENVIRONMENT);

Object.assign(threads, {
  Worker: class extends threads.Worker {
    constructor(program: string | URL, options: WorkerOptions = {}) {
      const { env = process.env } = options;
      super(
        program,
        env === SHARE_ENV ? options : { ...options, env: { ...env, ...CHILD_ENVIRONMENT } },
      );
    }
  },
});

const LOOPBACK = new net.BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

const isLoopback = (address: string): boolean =>
  LOOPBACK.check(address, net.isIPv6(address) ? "ipv6" : "ipv4");

const leaving = (target: string) => new Error(`test tried to leave loopback: ${target}`);

const lookup = dns.lookup;
const lookupAtHome: net.LookupFunction = (name, options, callback) => {
  if (name === "localhost" || net.isIP(name)) lookup(name, options, callback);
  else process.nextTick(callback, leaving(name), []);
};
Object.assign(dns, {
  lookup: (name: string, ...rest: [...unknown[], Parameters<net.LookupFunction>[2]]) => {
    const [options, callback] = [rest.length > 1 ? rest[0] : {}, rest.at(-1)];
    Reflect.apply(lookupAtHome, dns, [name, options, callback]);
  },
});
Object.assign(dns.promises, {
  lookup: (name: string) => Promise.reject(leaving(`dns.promises.lookup ${name}`)),
});

/** Checks queries to name servers by the servers' addresses, because c-ares uses its own sockets. */
function judgeQueries(owner: object, fail: (args: unknown[], error: Error) => unknown): void {
  for (const name of Object.getOwnPropertyNames(owner)) {
    if (!/^(?:resolve|reverse)/.test(name)) continue;
    const query = Reflect.get(owner, name);
    Reflect.set(owner, name, function (this: unknown, ...args: unknown[]) {
      const servers = this instanceof dns.Resolver || this instanceof dns.promises.Resolver;
      const asked = (servers ? this : dns).getServers();
      return asked.every((server) => isLoopback(hostOf(server)))
        ? Reflect.apply(query, this, args)
        : fail(args, leaving(`${name} ${args[0]}`));
    });
  }
}

function hostOf(server: string): string {
  return net.isIP(server) ? server : server.replace(/:\d+$/, "").replace(/^\[|\]$/g, "");
}

for (const owner of [dns, dns.Resolver.prototype]) {
  judgeQueries(owner, (args, error) => {
    const callback = args.at(-1);
    if (typeof callback === "function") process.nextTick(() => callback(error));
  });
}
for (const owner of [dns.promises, dns.promises.Resolver.prototype]) {
  judgeQueries(owner, (_, error) => Promise.reject(error));
}

for (const name of ["send", "connect"]) {
  const act = Reflect.get(dgram.Socket.prototype, name);
  Reflect.set(dgram.Socket.prototype, name, function (this: dgram.Socket, ...args: unknown[]) {
    // A port may be a text, too. An address that is only digits is looked up, and refused there.
    const texts = args.slice(1).filter((arg) => typeof arg === "string");
    const address = texts.find((text) => !/^\d+$/.test(text)) ?? "localhost";
    if (address !== "localhost" && !(net.isIP(address) && isLoopback(address))) {
      throw leaving(address);
    }
    return Reflect.apply(act, this, args);
  });
}
syncBuiltinESMExports();

const judged =
  (resolve: net.LookupFunction): net.LookupFunction =>
  (name, options, callback) =>
    resolve(name, options, (error, found, family) => {
      const addresses = typeof found === "string" ? [found] : found?.map(({ address }) => address);
      const outside = addresses?.find((address) => !isLoopback(address));
      if (error === null && outside !== undefined) callback(leaving(outside), []);
      else callback(error, found, family);
    });

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  // Node's internal callers pass normalized arguments: one array that starts with the options.
  const list = Array.isArray(args[0]) ? args[0] : args;
  const [first, second] = list;
  const options =
    typeof first === "object" && first !== null
      ? first
      : { port: first, host: typeof second === "string" ? second : "localhost" };
  if (isLocalSocket(options)) return Reflect.apply(connect, this, args);

  const host = String(options.host ?? "localhost");
  if (net.isIP(host) && !isLoopback(host)) {
    this.destroy(leaving(host));
    return this;
  }
  const guarded = { ...options, lookup: judged(options.lookup ?? lookupAtHome) };
  if (list !== args || list[0] === options) list[0] = guarded;
  else list.splice(0, typeof second === "string" ? 2 : 1, guarded);
  return Reflect.apply(connect, this, args);
} as typeof connect;

function isLocalSocket(options: { port?: unknown; path?: unknown }): boolean {
  return typeof options.path === "string" && options.port === undefined;
}
