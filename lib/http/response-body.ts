import type { IncomingMessage } from "node:http";
import { decoded } from "./content-coding.ts";
import { UnreadableBodyError } from "./unreadable-body.ts";

/**
 * About as many as one read of a socket can hold: Node parses the rest of a read even after the response is destroyed.
 */
const MANY_PIECES = 10_000;

/** Pieces that are shorter on average are a flood. Even table rows sent as one chunk each are longer. */
const TINY_BYTES = 32;

/**
 * Ends a response whose body comes in a flood of tiny pieces (chunks or TLS records). Each piece is parsed separately,
 * so a few such floods would block all other requests. Call it as soon as the response is there, because many pieces
 * can arrive together with the headers. Reading the body then throws an UnreadableBodyError.
 */
export function refuseTinyPieces(response: IncomingMessage): void {
  const push = response.push.bind(response);
  let pieces = 0;
  let length = 0;
  // Counted here because Node's parser pushes each piece separately; a reader gets many pieces joined.
  response.push = (piece, encoding) => {
    if (response.destroyed) return false;
    if (piece === null) return push(piece);
    length += Buffer.isBuffer(piece) ? piece.byteLength : 0;
    if (++pieces <= MANY_PIECES || length >= pieces * TINY_BYTES) return push(piece, encoding);
    const message = `the response body comes in more than ${MANY_PIECES} pieces of less than ${TINY_BYTES} bytes`;
    // Unread pieces would stay in memory until the socket has closed.
    response.read();
    response.destroy(new UnreadableBodyError(message));
    return false;
  };
}

/**
 * Reads the bytes of a response's body, decoded.
 *
 * @param maxBytes the largest body, before and after decoding
 * @throws {UnreadableBodyError} when the body arrived but cannot be read; and the connection's error when it broke off
 */
export async function readBytes(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  // The encoded bytes are limited too: an encoded body can be endless without ever giving a decoded byte.
  const received = atMost(maxBytes, receivedChunks(response));
  const encoding = response.headers["content-encoding"] ?? "";
  // Copied into one buffer: one Buffer object per one-byte chunk would take a hundred times the body's memory.
  let bytes = Buffer.allocUnsafe(16_384);
  let length = 0;
  for await (const chunk of atMost(maxBytes, decoded(received, encoding))) {
    const needed = length + chunk.byteLength;
    if (needed > bytes.byteLength) {
      bytes = Buffer.concat([bytes.subarray(0, length)], Math.max(needed, 2 * bytes.byteLength));
    }
    chunk.copy(bytes, length);
    length = needed;
  }
  return bytes.subarray(0, length);
}

async function* atMost(maxBytes: number, chunks: AsyncIterable<Buffer>) {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.byteLength;
    if (length > maxBytes) {
      throw new UnreadableBodyError(`the response body is larger than ${maxBytes} bytes`);
    }
    yield chunk;
  }
}

/**
 * When only the end of the connection ends a body, Node calls it complete even after an error (RFC 9112 section 6.3,
 * item 8).
 */
async function* receivedChunks(response: IncomingMessage) {
  const { socket, headers } = response;
  const endsWithConnection =
    headers["content-length"] === undefined && headers["transfer-encoding"] === undefined;
  let brokenBy: Error | undefined;
  const onError = (error: Error) => {
    brokenBy = error;
  };
  socket.once("error", onError);
  try {
    for await (const chunk of response) if (Buffer.isBuffer(chunk)) yield chunk;
    if (brokenBy !== undefined && endsWithConnection) throw brokenBy;
  } finally {
    socket.off("error", onError);
  }
}
