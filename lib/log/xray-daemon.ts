import type { Socket } from "node:dgram";

/** Sends segments to X-Ray. Never rejects. */
export type SendSegments = (segments: readonly object[]) => Promise<void>;

/** What stands before each segment (AWS X-Ray Developer Guide, "Sending segment documents to the X-Ray daemon"). */
const HEADER = '{"format":"json","version":1}\n';

/**
 * Makes the sender to the daemon that Lambda runs beside the function. A segment that does not arrive is lost: a trace
 * is worth less than the records.
 *
 * @param address as in `AWS_XRAY_DAEMON_ADDRESS`: `host:port`, or `tcp:host:port udp:host:port`
 */
export function xrayDaemon(address: string): SendSegments {
  const [, host = "", port = ""] = /(?:^|udp:)([^\s:]+):(\d+)(?:\s|$)/.exec(address) ?? [];
  let socket: Promise<Socket> | undefined;
  return async (segments) => {
    if (segments.length === 0) return;
    socket ??= import("node:dgram").then(({ default: dgram }) =>
      dgram
        .createSocket("udp4")
        .on("error", () => undefined)
        .unref(),
    );
    const open = await socket;
    await Promise.all(segments.map((segment) => sendOne(open, segment)));
  };

  function sendOne(open: Socket, segment: object): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    open.send(HEADER + JSON.stringify(segment), Number(port), host, () => resolve());
    return promise;
  }
}
