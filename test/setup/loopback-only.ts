import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";
import net from "node:net";

// Stands under every test: whatever a test tries, no connection leaves this machine, and no name is
// looked up outside it. A name with a lookup of the test's own is judged by the address it gives.
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
  // Node's own callers hand over what they normalized: one array, its first member the options.
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
