import type { IncomingMessage } from "node:http";

/**
 * Reads the body of a request, as it comes: what its header says of its length does not count.
 *
 * @returns `undefined` when it is longer than that; the rest is not kept
 * @throws when the connection breaks
 */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const chunks: Buffer[] = [];
  let bytes = 0;
  const take = (chunk: Buffer): void => {
    bytes += chunk.byteLength;
    chunks.push(chunk);
    if (bytes <= maxBytes) return;
    request.off("data", take);
    chunks.length = 0;
    resolve(undefined);
  };
  request.on("data", take);
  request.once("end", () => resolve(Buffer.concat(chunks).toString()));
  request.once("error", reject);
  return promise;
}
