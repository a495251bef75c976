import { pipeline, Readable } from "node:stream";
import zlib from "node:zlib";
import { UnreadableBodyError } from "./unreadable-body.ts";

type Decoder = NodeJS.ReadWriteStream & Readable;

/** By coding. Each gets the first bytes of the encoded body. */
const DECODERS: ReadonlyMap<string, (first: Buffer) => Decoder> = new Map<
  string,
  (first: Buffer) => Decoder
>([
  ["gzip", () => zlib.createGunzip()],
  ["x-gzip", () => zlib.createGunzip()],
  ["deflate", (first) => (hasZlibHeader(first) ? zlib.createInflate() : zlib.createInflateRaw())],
  ["br", () => zlib.createBrotliDecompress()],
  [
    "zstd",
    () =>
      zlib.createZstdDecompress({
        params: { [zlib.constants.ZSTD_d_windowLogMax]: ZSTD_WINDOW_LOG },
      }),
  ],
]);

/** A zstd frame may request a window of 128 MiB; in HTTP the limit is 8 MiB (RFC 9659). */
const ZSTD_WINDOW_LOG = 23;

/** The Accept-Encoding header of each request. */
export const ACCEPTED_ENCODINGS = "gzip, br, zstd, deflate";

/** A body that is encoded more than twice is an attack on its reader. */
const MAX_CODINGS = 2;

/**
 * Decodes the body of a response as a stream. An unknown coding, for example a charset in the wrong header, is ignored,
 * as in browsers. If gzip is listed beside an unknown coding and the body is not gzip, the body is taken as not
 * encoded.
 *
 * @param contentEncoding the header's value
 * @throws {UnreadableBodyError} when the body is encoded more than twice, or is not valid in its coding; and any error
 *   that `body` throws
 */
export function decoded(
  body: AsyncIterable<Buffer>,
  contentEncoding: string,
): AsyncIterable<Buffer> {
  const listed = contentEncoding
    .toLowerCase()
    .split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "" && coding !== "identity");
  const codings = listed.filter((coding) => DECODERS.has(coding));
  if (codings.length > MAX_CODINGS) {
    throw new UnreadableBodyError(`the response body is encoded ${codings.length} times`);
  }
  const isDoubtful = codings.length < listed.length;
  // The codings are listed in the order in which they were applied (RFC 9110 section 8.4).
  return codings
    .toReversed()
    .reduce((chunks, coding) => withoutCoding(chunks, coding, isDoubtful), body);
}

async function* withoutCoding(
  encoded: AsyncIterable<Buffer>,
  coding: string,
  isDoubtful: boolean,
): AsyncGenerator<Buffer, void, undefined> {
  const chunks = encoded[Symbol.asyncIterator]();
  const first = await chunks.next();
  // An empty body is not decoded: it has no bytes of any coding (RFC 9110 sections 9.3.2, 15.3.5).
  if (first.done === true) return;
  let sourceError: unknown;
  const source = beginningWith(first.value, { [Symbol.asyncIterator]: () => chunks }, (error) => {
    sourceError = error;
  });
  const decoder = DECODERS.get(coding)?.(first.value);
  if (decoder === undefined || (isDoubtful && /gzip/.test(coding) && !isGzip(first.value))) {
    return yield* source;
  }
  // An error of either stream is thrown by the loop that reads the decoder.
  pipeline(Readable.from(source), decoder, () => undefined);
  try {
    for await (const chunk of decoder) if (Buffer.isBuffer(chunk)) yield chunk;
  } catch (cause) {
    if (sourceError !== undefined) throw sourceError;
    const message = `the response body is no valid ${coding}`;
    throw new UnreadableBodyError(message, { cause, mayChange: true });
  }
}

async function* beginningWith(
  first: Buffer,
  rest: AsyncIterable<Buffer>,
  onError: (error: unknown) => void,
) {
  try {
    yield first;
    yield* rest;
  } catch (error) {
    onError(error);
    throw error;
  }
}

/** RFC 1952 section 2.3.1. */
function isGzip([first]: Buffer): boolean {
  return first === 0x1f;
}

/** `deflate` means the zlib format (RFC 9110 section 8.4.1.2), but many servers omit the zlib header. */
function hasZlibHeader([first = 0]: Buffer): boolean {
  return (first & 0x0f) === 8;
}
