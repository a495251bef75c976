import { isUtf8 } from "node:buffer";
import { JsonError, parseJsonExactly, TooManyValuesError } from "../json/json.ts";
import { MAX_JSON_VALUES } from "../limits.ts";
import { UnreadableBodyError } from "./unreadable-body.ts";

/** The decoded content of a response's body. */
export interface ResponseContent {
  readonly body: unknown;
  /** The body is not text: `body` holds its bytes as base64. */
  readonly bodyEncoding?: "base64";
}

/**
 * Reads the bytes of a body: as base64 when the type is a file type or the bytes are not text; as JSON when they are
 * valid JSON and the type does not name another text format; otherwise as text.
 *
 * @param contentType the header's value
 * @param readsTextFiles whether bytes of no particular type are a text, if they are one. `@default` false
 * @throws {UnreadableBodyError} when the type says JSON and the body holds more than 100,000 JSON values
 */
export function contentOf(
  bytes: Buffer,
  contentType: string,
  readsTextFiles: boolean = false,
): ResponseContent {
  const [type = "", ...parameters] = contentType.toLowerCase().split(";");
  const mediaType = type.trim();
  if (bytes.byteLength === 0) return { body: "" };
  if (isFile(mediaType)) {
    const text = readsTextFiles && ANY_BYTES.test(mediaType) ? textIn(bytes) : undefined;
    return text === undefined ? asBase64(bytes) : { body: text };
  }
  const charset = charsetOf(bytes, parameters.join(";"));
  const saysJson = JSON_TYPE.test(mediaType);
  if (saysJson || !OTHER_TYPES.test(mediaType)) {
    // Not fatal: JSON with a byte that is invalid in its charset is still most useful as JSON.
    const json = jsonIn(new TextDecoder(charsetOfJson(bytes) ?? charset).decode(bytes), saysJson);
    if (json !== undefined) return { body: json };
  }
  try {
    return { body: new TextDecoder(charset, { fatal: true }).decode(bytes) };
  } catch {
    return asBase64(bytes);
  }
}

const JSON_TYPE = /^(?:application|text)\/(?:x-)?json$|\+json$/;

/** Text formats that may look like JSON but are something else: markup, tables, and JSON line by line. */
const OTHER_TYPES = new RegExp(
  [
    "^text/(?:html|xml|csv|tab-separated-values|event-stream)$",
    "^application/(?:xml|csv|(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines|json-seq))$",
    "^multipart/",
    "[+]xml$",
  ].join("|"),
);

/** File types: readers of such a file want its bytes, even if it is text. */
const FILES = new RegExp(
  [
    "^(?:image|audio|video|font)/",
    "^(?:application|binary)/(?:octet-stream|binary)$",
    "^application/(?:x-)?(?:pdf|zip|zip-compressed|gzip|tar|gtar|bzip2?|xz|zstd|7z-compressed|rar)$",
    "^application/(?:vnd[.]rar|java-archive|wasm|(?:x-)?protobuf|(?:vnd[.]apache[.])?(?:parquet|avro))$",
    "^application/(?:msword|vnd[.]ms-|vnd[.]openxmlformats-|vnd[.]oasis[.]opendocument)",
    "[+](?:zip|gzip)$",
  ].join("|"),
);

/** Types that say nothing of a file but that it is one. APIs send JSON lines as these. */
const ANY_BYTES = /^(?:application|binary)\/(?:octet-stream|binary)$/;

function isFile(mediaType: string): boolean {
  return FILES.test(mediaType) && !/[+](?:xml|json)$/.test(mediaType);
}

/** `undefined`: the bytes are not UTF-8, or hold control characters, as files that are not text do. */
function textIn(bytes: Buffer): string | undefined {
  if (!isUtf8(bytes)) return undefined;
  const text = bytes.toString("utf8");
  return CONTROL.test(text) ? undefined : text;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for them. Tab, line feed, form feed and return are text.
const CONTROL = /[\0-\x08\x0b\x0e-\x1f\x7f]/;

function asBase64(bytes: Buffer): ResponseContent {
  return { body: bytes.toString("base64"), bodyEncoding: "base64" };
}

/** `undefined`: the text is not JSON. A JSON string, number or boolean counts only when the type says JSON. */
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

/** JSON begins with an ASCII character, so the place of its zero byte shows UTF-16 (RFC 4627 section 3). */
function charsetOfJson([first, second]: Buffer): string | undefined {
  if (second === 0 && (first === 0x7b || first === 0x5b)) return "utf-16le";
  return first === 0 && (second === 0x7b || second === 0x5b) ? "utf-16be" : undefined;
}

/**
 * A byte order mark wins over the charset parameter (WHATWG Encoding Standard, "decode"). An unknown charset is
 * ignored, and so is UTF-16 where the bytes are UTF-8: as UTF-16 they would be other characters.
 */
function charsetOf(bytes: Buffer, parameters: string): string {
  const mark = BYTE_ORDER_MARKS.find(([first]) => bytes.subarray(0, first.length).equals(first));
  if (mark !== undefined) return mark[1];
  const charset = /charset\s*=\s*["']?([\w.:-]+)/.exec(parameters)?.[1] ?? "utf-8";
  try {
    const { encoding } = new TextDecoder(charset);
    const isOther = encoding.startsWith("utf-16") && isUtf8(bytes) && !bytes.includes(0);
    return isOther ? "utf-8" : encoding;
  } catch {
    return "utf-8";
  }
}

const BYTE_ORDER_MARKS = [
  [Buffer.from([0xef, 0xbb, 0xbf]), "utf-8"],
  [Buffer.from([0xfe, 0xff]), "utf-16be"],
  [Buffer.from([0xff, 0xfe]), "utf-16le"],
] as const;
