import type { IncomingMessage } from "node:http";
import { decoded } from "./content-coding.ts";
import { contentOf, type ResponseContent } from "./response-content.ts";
import { UnreadableBodyError } from "./unreadable-body.ts";

/** About as many as one read of a socket may hold: the rest of a read is parsed, whatever becomes of it. */
const MANY_PIECES = 10_000;

/** Rows of a table, sent one a chunk, are longer on average. */
const TINY_BYTES = 32;

/**
 * Ends a response whose body comes in a flood of tiny pieces, chunks or TLS records: each is parsed by itself, so
 * that a few such floods leave no time to anybody else. To be called as soon as the response is there, for many
 * pieces may come with its headers. Whoever reads the body finds an UnreadableBodyError.
 */
export function refuseTinyPieces(response: IncomingMessage): void {
  const push = response.push.bind(response);
  let pieces = 0;
  let length = 0;
  // Node's parser pushes each piece by itself; whoever reads finds many put together.
  response.push = (piece, encoding) => {
    if (response.destroyed) return false;
    if (piece === null) return push(piece);
    length += Buffer.isBuffer(piece) ? piece.byteLength : 0;
    if (++pieces <= MANY_PIECES || length >= pieces * TINY_BYTES) return push(piece, encoding);
    const message = `the response body comes in more than ${MANY_PIECES} pieces of less than ${TINY_BYTES} bytes`;
    // Pieces that wait unread would be kept for as long as the socket takes to close.
    response.read();
    response.destroy(new UnreadableBodyError(message));
    return false;
  };
}

/**
 * Reads a response's body, decoded.
 *
 * @param maxBytes the limit of the body, before decoding and after
 * @throws {UnreadableBodyError} when it cannot be read though it came, and what the connection throws when it broke off
 */
export async function readBody(
  response: IncomingMessage,
  maxBytes: number,
): Promise<ResponseContent> {
  const bytes = await readBytes(response, maxBytes);
  return contentOf(bytes, response.headers["content-type"] ?? "");
}

/**
 * Reads the bytes of a response's body, decoded.
 *
 * @param maxBytes and throws as {@link readBody}
 */
export async function readBytes(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  // Before it is decoded as well: a coding may be written so that nothing ever comes out of it.
  const received = atMost(maxBytes, receivedChunks(response));
  const encoding = response.headers["content-encoding"] ?? "";
  // Copied together: a buffer kept for each chunk of one byte would hold a hundred times the body.
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

/** Node takes a body that ends with its connection for complete, however that ended (RFC 9112 section 6.3, item 8). */
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
