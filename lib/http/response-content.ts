import { JsonError, parseJsonExactly, TooManyValuesError } from "../json/json.ts";
import { MAX_JSON_VALUES } from "../limits.ts";
import { UnreadableBodyError } from "./unreadable-body.ts";

/** What a response's body says. */
export interface ResponseContent {
  readonly body: unknown;
  /** The body is no text: its bytes stand in `body` as base64. */
  readonly bodyEncoding?: "base64";
}

/**
 * Reads the bytes of a body: as JSON where it is, whatever its type says, unless that names something else; as base64
 * where the type is that of a file, or the bytes are no text; else as a text.
 *
 * @param contentType the header's value
 * @throws {UnreadableBodyError} when the type says JSON, and the body holds more than 100,000 JSON values
 */
export function contentOf(bytes: Buffer, contentType: string): ResponseContent {
  const [type = "", ...parameters] = contentType.toLowerCase().split(";");
  const mediaType = type.trim();
  if (bytes.byteLength === 0) return { body: "" };
  if (isFile(mediaType)) return asBase64(bytes);
  const charset = charsetOf(bytes, parameters.join(";"));
  const saysJson = JSON_TYPE.test(mediaType);
  if (saysJson || !OTHER_TYPES.test(mediaType)) {
    // JSON with a byte that is none in its charset is still worth more as JSON.
    const json = jsonIn(new TextDecoder(charset).decode(bytes), saysJson);
    if (json !== undefined) return { body: json };
  }
  try {
    return { body: new TextDecoder(charset, { fatal: true }).decode(bytes) };
  } catch {
    return asBase64(bytes);
  }
}

const JSON_TYPE = /^(?:application|text)\/(?:x-)?json$|\+json$/;

/** Types of texts that may look like JSON and are something else: markup, tables, and lists of JSON line by line. */
const OTHER_TYPES = new RegExp(
  [
    "^text/(?:html|xml|csv|tab-separated-values|event-stream)$",
    "^application/(?:xml|csv|(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines|json-seq))$",
    "^multipart/",
    "[+]xml$",
  ].join("|"),
);

/** Whatever such a file holds, its readers want bytes. */
const FILES = new RegExp(
  [
    "^(?:image|audio|video|font)/",
    "^(?:application|binary)/octet-stream$",
    "^application/(?:x-)?(?:pdf|zip|zip-compressed|gzip|tar|gtar|bzip2?|xz|zstd|7z-compressed|rar)$",
    "^application/(?:vnd[.]rar|java-archive|wasm|(?:x-)?protobuf|(?:vnd[.]apache[.])?(?:parquet|avro))$",
    "^application/(?:msword|vnd[.]ms-|vnd[.]openxmlformats-|vnd[.]oasis[.]opendocument)",
    "[+](?:zip|gzip)$",
  ].join("|"),
);

function isFile(mediaType: string): boolean {
  return FILES.test(mediaType) && !/[+](?:xml|json)$/.test(mediaType);
}

function asBase64(bytes: Buffer): ResponseContent {
  return { body: bytes.toString("base64"), bodyEncoding: "base64" };
}

/** `undefined`: the text is no JSON. Only what says JSON can be a JSON text, number or truth value. */
function jsonIn(text: string, saysJson: boolean): unknown {
  if (!saysJson && !/^\s*[[{]/.test(text)) return undefined;
  try {
    return parseJsonExactly(text, { maxValues: MAX_JSON_VALUES });
  } catch (error) {
    if (error instanceof TooManyValuesError && saysJson) {
      throw new UnreadableBodyError(`the response body ${error.message}`);
    }
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

/** A byte order mark says more than a parameter (WHATWG Encoding Standard, "decode"); a charset nobody knows, nothing. */
function charsetOf(bytes: Buffer, parameters: string): string {
  const mark = BYTE_ORDER_MARKS.find(([first]) => bytes.subarray(0, first.length).equals(first));
  if (mark !== undefined) return mark[1];
  const charset = /charset\s*=\s*["']?([\w.:-]+)/.exec(parameters)?.[1] ?? "utf-8";
  try {
    return new TextDecoder(charset).encoding;
  } catch {
    return "utf-8";
  }
}

const BYTE_ORDER_MARKS = [
  [Buffer.from([0xef, 0xbb, 0xbf]), "utf-8"],
  [Buffer.from([0xfe, 0xff]), "utf-16be"],
  [Buffer.from([0xff, 0xfe]), "utf-16le"],
] as const;
