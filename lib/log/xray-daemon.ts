import type { Socket } from "node:dgram";

/** Sends segments to X-Ray, until the signal aborts. */
export type SendSegments = (
  segments: readonly object[],
  signal: AbortSignal | undefined,
) => Promise<void>;

/** Where X-Ray's daemon listens for datagrams. */
export interface DaemonAddress {
  readonly host: string;
  readonly port: number;
}

/**
 * Reads an address as in `AWS_XRAY_DAEMON_ADDRESS`: `host:port`, or `tcp:host:port udp:host:port`. The daemon listens on
 * IPv4.
 *
 * @returns `undefined` when it is none
 */
export function daemonAddress(text: string): DaemonAddress | undefined {
  const [, host = "", digits = ""] = /(?:^|\budp:)([\w.-]+):(\d{1,5})(?:\s|$)/.exec(text) ?? [];
  const port = Number(digits);
  return host !== "" && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

/** What stands before each segment (AWS X-Ray Developer Guide, "Sending segment documents to the X-Ray daemon"). */
const HEADER = '{"format":"json","version":1}\n';

/**
 * Makes the sender to the daemon that Lambda runs beside the function. A segment that does not arrive is lost: a trace
 * is worth less than the records.
 */
export function xrayDaemon({ host, port }: DaemonAddress): SendSegments {
  let socket: Promise<Socket> | undefined;
  return async (segments, signal) => {
    if (segments.length === 0) return;
    socket ??= import("node:dgram").then(({ default: dgram }) =>
      dgram
        .createSocket("udp4")
        .on("error", () => undefined)
        .unref(),
    );
    const open = await socket;
    await Promise.all(segments.map((segment) => sendOne(open, segment, signal)));
  };

  function sendOne(open: Socket, segment: object, signal: AbortSignal | undefined): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    // The name of the host may be looked up for longer than the batch lasts.
    signal?.addEventListener("abort", () => resolve(), { once: true });
    open.send(HEADER + JSON.stringify(segment), port, host, () => resolve());
    return promise;
  }
}
