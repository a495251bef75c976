import type { IncomingMessage } from "node:http";
import { pipeline, Readable } from "node:stream";
import zlib from "node:zlib";
import { JsonError, MAX_JSON_VALUES, parseJsonExactly, TooManyValuesError } from "../json.ts";
import { RefusalError } from "./refusal.ts";

/** The body is larger than it may be, or written in a way we do not read: asking again would not help. */
class UnreadableBodyError extends RefusalError {
  override readonly name = "UnreadableBodyError";
}

const DECODERS: Readonly<Record<string, (() => NodeJS.ReadWriteStream & Readable) | undefined>> = {
  gzip: () => zlib.createGunzip(),
  "x-gzip": () => zlib.createGunzip(),
  deflate: () => zlib.createInflate(),
  br: () => zlib.createBrotliDecompress(),
  zstd: () =>
    zlib.createZstdDecompress({
      params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
    }),
};

/** A frame may ask its reader for 128 MiB of window; of HTTP, 8 MiB is all it may ask (RFC 9659). */
const ZSTD_WINDOW_LOG = 23;

/** What we tell servers that we decode. */
export const ACCEPTED_ENCODINGS = "gzip, br, zstd, deflate";

/** Nobody encodes a body more than twice but to harm its reader. */
const MAX_CODINGS = 2;

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
 * Reads a response's body, decompressed, as text or, where its content type says JSON and it is, of at most 64 levels,
 * as JSON.
 *
 * @param maxBytes the limit of the body, before decompression and after
 * @throws {UnreadableBodyError} when it is larger, holds more than 100,000 JSON values, or is encoded in a way we do
 *   not decode
 */
export async function readBody(response: IncomingMessage, maxBytes: number): Promise<unknown> {
  const bytes = await readBytes(response, maxBytes);
  return interpret(bytes, response.headers["content-type"] ?? "");
}

/**
 * Reads a response's body, decompressed.
 *
 * @param maxBytes the limit of the body, before decompression and after
 * @throws {UnreadableBodyError} when it is larger, or encoded in a way we do not decode
 */
export async function readBytes(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
  // Copied together: a buffer kept for each chunk of one byte would hold a hundred times the body.
  let bytes = Buffer.allocUnsafe(16_384);
  let length = 0;
  for await (const chunk of atMost(maxBytes, decoded(response, maxBytes))) {
    const needed = length + chunk.byteLength;
    if (needed > bytes.byteLength) {
      bytes = Buffer.concat([bytes.subarray(0, length)], Math.max(needed, 2 * bytes.byteLength));
    }
    chunk.copy(bytes, length);
    length = needed;
  }
  return bytes.subarray(0, length);
}

async function* atMost(maxBytes: number, chunks: AsyncIterable<unknown>) {
  let length = 0;
  for await (const chunk of chunks) {
    if (!Buffer.isBuffer(chunk)) continue;
    length += chunk.byteLength;
    if (length > maxBytes) {
      throw new UnreadableBodyError(`the response body is larger than ${maxBytes} bytes`);
    }
    yield chunk;
  }
}

/** A body without a byte is empty, whatever coding it would have had (RFC 9110 sections 9.3.2, 15.3.5). */
async function* decoded(
  response: IncomingMessage,
  maxBytes: number,
): AsyncGenerator<unknown, void, undefined> {
  const codings = codingsOf(response);
  if (codings.length === 0) return yield* response;
  // Before it is decoded as well: a coding may be written so that nothing ever comes out of it.
  const chunks = atMost(maxBytes, response);
  const first = await chunks.next();
  if (first.done !== true)
    yield* decode(Readable.from(beginningWith(first.value, chunks)), codings);
}

async function* beginningWith(first: unknown, rest: AsyncIterable<unknown>) {
  yield first;
  yield* rest;
}

function codingsOf(response: IncomingMessage): string[] {
  return (response.headers["content-encoding"] ?? "")
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
}

function decode(body: Readable, codings: readonly string[]): Readable {
  if (codings.length > MAX_CODINGS) {
    throw new UnreadableBodyError(`the response body is encoded ${codings.length} times`);
  }
  // The codings are listed in the order in which they were applied (RFC 9110 section 8.4).
  return codings.toReversed().reduce((stream, coding) => {
    const decoder = DECODERS[coding]?.();
    if (decoder === undefined) {
      throw new UnreadableBodyError(
        `the response body has the content coding ${coding.slice(0, 32)}`,
      );
    }
    // An error of either end reaches whoever reads the last stream.
    pipeline(stream, decoder, () => undefined);
    return decoder;
  }, body);
}

function interpret(bytes: Buffer, contentType: string): unknown {
  const [mediaType = "", ...parameters] = contentType.toLowerCase().split(";");
  const text = decodeText(bytes, parameters.join(";"));
  if (!/^\s*(?:application\/json|[\w.+-]+\/[\w.+-]+\+json)\s*$/.test(mediaType)) return text;
  try {
    return parseJsonExactly(text, { maxValues: MAX_JSON_VALUES });
  } catch (error) {
    if (error instanceof TooManyValuesError)
      throw new UnreadableBodyError(`the response body ${error.message}`);
    if (error instanceof JsonError) return text;
    throw error;
  }
}

function decodeText(bytes: Buffer, parameters: string): string {
  const charset = /charset\s*=\s*"?([\w.:-]+)/.exec(parameters)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}
