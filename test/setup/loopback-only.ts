import net from "node:net";

// Stands under every test: whatever URL a test tries, no connection leaves this machine.
const LOOPBACK = new net.BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

const isLoopback = (host: string): boolean => {
  const family = net.isIP(host);
  if (family === 0) return host === "localhost";
  return LOOPBACK.check(host, family === 6 ? "ipv6" : "ipv4");
};

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]) {
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  const target =
    typeof first === "object" && first !== null
      ? first
      : { port: first, host: typeof second === "string" ? second : "localhost" };
  const host = "host" in target && typeof target.host === "string" ? target.host : "localhost";
  const local = "path" in target && typeof target.path === "string" && !("port" in target);
  if (!local && !isLoopback(host)) {
    this.destroy(new Error(`test tried to leave loopback: ${host}`));
    return this;
  }
  return Reflect.apply(connect, this, args);
} as typeof connect;
