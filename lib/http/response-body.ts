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
  const encoding = response.headers["content-encoding"];
  if (encoding === undefined) return receivedBytes(response, maxBytes);
  const body = createBody(maxBytes);
  // The encoded bytes are limited too: an encoded body can be endless without ever giving a decoded byte.
  const received = atMost(maxBytes, receivedChunks(response));
  for await (const chunk of decoded(received, encoding)) body.add(chunk);
  return body.bytes();
}

/** Reads by events: for a small body, an async iterator takes as much CPU time as the whole request. */
function receivedBytes(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const body = createBody(maxBytes);
  const connectionError = watchConnection(response);
  const onClose = () => {
    if (response.readableEnded) return;
    reject(response.errored ?? new Error("the connection was closed"));
  };
  // A flood of tiny pieces may have ended it already.
  if (response.destroyed) onClose();
  response
    .on("data", (chunk: Buffer) => {
      try {
        body.add(chunk);
      } catch (error) {
        response.destroy();
        reject(error);
      }
    })
    .on("end", () => {
      const error = connectionError();
      if (error === undefined) resolve(body.bytes());
      else reject(error);
    })
    .on("close", onClose);
  return promise;
}

async function* receivedChunks(response: IncomingMessage) {
  const connectionError = watchConnection(response);
  for await (const chunk of response) if (Buffer.isBuffer(chunk)) yield chunk;
  const error = connectionError();
  if (error !== undefined) throw error;
}

/**
 * When only the end of the connection ends a body, Node calls it complete even after an error (RFC 9112 section 6.3,
 * item 8).
 *
 * @returns a function that returns the error that ended such a body
 */
function watchConnection(response: IncomingMessage): () => Error | undefined {
  const { socket, headers } = response;
  const endsWithConnection =
    headers["content-length"] === undefined && headers["transfer-encoding"] === undefined;
  if (!endsWithConnection) return () => undefined;
  let brokenBy: Error | undefined;
  const onError = (error: Error) => {
    brokenBy = error;
  };
  socket.once("error", onError);
  // A response without a body leaves its connection open for other requests.
  response.once("close", () => socket.off("error", onError));
  return () => brokenBy;
}

/** Joins the chunks of a body. One Buffer object per one-byte chunk would take a hundred times the body's memory. */
function createBody(maxBytes: number) {
  let bytes: Buffer = Buffer.alloc(0);
  let length = 0;
  return {
    /** @throws {UnreadableBodyError} when the body becomes too large */
    add(chunk: Buffer): void {
      const needed = length + chunk.byteLength;
      if (needed > maxBytes) throw tooLarge(maxBytes);
      if (length === 0) {
        bytes = chunk;
      } else {
        if (needed > bytes.byteLength) {
          bytes = Buffer.concat([bytes.subarray(0, length)], Math.max(needed, 2 * length));
        }
        chunk.copy(bytes, length);
      }
      length = needed;
    },
    bytes: (): Buffer => bytes.subarray(0, length),
  };
}

async function* atMost(maxBytes: number, chunks: AsyncIterable<Buffer>) {
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.byteLength;
    if (length > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
  }
}

function tooLarge(maxBytes: number): UnreadableBodyError {
  return new UnreadableBodyError(`the response body is larger than ${maxBytes} bytes`);
}
