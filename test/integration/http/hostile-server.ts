import { once } from "node:events";
import net, { type AddressInfo } from "node:net";
import zlib from "node:zlib";

const MIB = 1_048_576;

const OK = "HTTP/1.1 200 OK\r\n";
const JSON_TYPE = "content-type: application/json\r\n";
const zeros = Buffer.alloc(64 * MIB);
const sized = (headers: string, body: Buffer | string) =>
  Buffer.concat([
    Buffer.from(`${OK}${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n`),
    Buffer.from(body),
  ]);
const coded = (coding: string, body: Buffer | string) =>
  sized(`content-encoding: ${coding}\r\n`, body);
const bomb = {
  gzip: zlib.gzipSync(zeros),
  deflate: zlib.deflateSync(zeros),
  br: zlib.brotliCompressSync(zeros, {
    params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 1, [zlib.constants.BROTLI_PARAM_LGWIN]: 24 },
  }),
  zstd: zlib.zstdCompressSync(zeros),
};
/** A zstd frame with a window of 128 MiB (RFC 8878 section 3.1.1.1.2) and one byte of data. */
const hugeWindow = Buffer.from("28b52ffd0088090000" + "61", "hex");
const chunked = `${OK}transfer-encoding: chunked\r\n\r\n`;
const many = (part: string, bytes: number) => part.repeat(Math.floor(bytes / part.length));

/** Writes a part again as long as the client reads. */
const flood = (head: string, part: string) => (socket: net.Socket) => {
  socket.write(head);
  const chunk = Buffer.from(many(part, 65_536));
  const push = () => {
    while (socket.writable && socket.write(chunk));
  };
  socket.on("drain", push);
  push();
};
/** Writes a part every few ms, so that no idle timer of a socket expires. */
const trickle = (head: string, part: string) => (socket: net.Socket) => {
  socket.write(head);
  const timer = setInterval(() => socket.write(part), 5);
  socket.once("close", () => clearInterval(timer));
};
const whole = (bytes: Buffer | string) => (socket: net.Socket) => void socket.end(bytes);
const kept = (bytes: Buffer | string) => (socket: net.Socket) => void socket.write(bytes);

type Answer = (socket: net.Socket) => void;

/** Hostile responses, and how the client must treat each. */
export const RESPONSES: readonly (readonly [
  name: string,
  ends: "response" | "unreadable" | "refused" | "transient",
  answer: Answer,
])[] = [
  ["a bomb of gzip", "unreadable", whole(coded("gzip", bomb.gzip))],
  ["a bomb of deflate", "unreadable", whole(coded("deflate", bomb.deflate))],
  ["a bomb of br", "unreadable", whole(coded("br", bomb.br))],
  ["a bomb of zstd", "unreadable", whole(coded("zstd", bomb.zstd))],
  ["a bomb in a bomb", "unreadable", whole(coded("gzip, br", zlib.brotliCompressSync(bomb.gzip)))],
  ["a bomb of gzip twice", "unreadable", whole(coded("gzip, gzip", zlib.gzipSync(bomb.gzip)))],
  ["three codings", "unreadable", whole(coded("gzip, gzip, gzip", bomb.gzip))],
  ["a hundred codings", "unreadable", whole(coded(many("gzip,", 500), bomb.gzip))],
  [
    "many members of gzip",
    "unreadable",
    whole(
      coded(
        "gzip",
        Buffer.concat(Array.from({ length: 400 }, () => zlib.gzipSync(zeros.subarray(0, 4096)))),
      ),
    ),
  ],
  ["a window of zstd too large", "unreadable", whole(coded("zstd", hugeWindow))],
  ["an unknown coding", "response", whole(coded("lzma", "x"))],
  ["invalid gzip", "unreadable", whole(coded("gzip", "not gzip at all"))],
  ["invalid br", "unreadable", whole(coded("br", "not brotli at all"))],
  ["invalid zstd", "unreadable", whole(coded("zstd", "not zstd at all"))],
  ["gzip cut off", "unreadable", whole(coded("gzip", bomb.gzip.subarray(0, 30)))],
  [
    "br cut off",
    "unreadable",
    whole(coded("br", zlib.brotliCompressSync("hello world").subarray(0, 8))),
  ],
  [
    "gzip with a wrong checksum",
    "unreadable",
    whole(
      coded(
        "gzip",
        Buffer.from(
          zlib.gzipSync("hello").map((byte, i, all) => (i === all.length - 8 ? byte ^ 1 : byte)),
        ),
      ),
    ),
  ],
  [
    "endless gzip",
    "unreadable",
    (socket) => {
      const gzip = zlib.createGzip({ level: 1 });
      socket.write(`${OK}content-encoding: gzip\r\n\r\n`);
      gzip.pipe(socket);
      gzip.write(zeros);
      socket.once("close", () => gzip.destroy());
    },
  ],
  ["a body over the cap", "unreadable", whole(sized("", zeros.subarray(0, MIB + 1)))],
  ["an endless body", "unreadable", flood(`${OK}\r\n`, "x")],
  ["endless chunks of one byte", "unreadable", flood(chunked, "1\r\nx\r\n")],
  ["a chunk of 2^60 bytes", "unreadable", flood(`${chunked}1000000000000000\r\n`, "x")],
  ["a chunk size over 2^64", "transient", whole(`${chunked}fffffffffffffffff\r\nx`)],
  ["a chunk size that is not a number", "transient", whole(`${chunked}zz\r\nx`)],
  ["an endless chunk extension", "transient", flood(chunked, "1;a=b")],
  ["endless trailers", "transient", flood(`${chunked}0\r\n`, "x-a: b\r\n")],
  ["a body that trickles", "transient", trickle(`${OK}content-length: 100000\r\n\r\n`, "x")],
  ["chunks that trickle", "transient", trickle(chunked, "1\r\nx\r\n")],
  ["headers that trickle", "transient", trickle(OK, "x-a: b\r\n")],
  ["a status line that trickles", "transient", trickle("HTTP/1.1 200 ", "O")],
  ["1xx that trickle", "transient", trickle("", "HTTP/1.1 103 Early Hints\r\n\r\n")],
  [
    "gzip that trickles",
    "unreadable",
    trickle(`${OK}content-encoding: gzip\r\n\r\n`, "\x1f\x8b\b\0\0\0\0\0\0\x03"),
  ],
  ["a flood of 100 Continue", "transient", flood("", "HTTP/1.1 100 Continue\r\n\r\n")],
  [
    "a flood of 103 Early Hints",
    "transient",
    flood("", "HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"),
  ],
  ["a flood of headers", "refused", flood(OK, "x-a: b\r\n")],
  ["one endless header", "refused", flood(`${OK}x-a: `, "b")],
  ["257 headers", "refused", whole(`${OK}${many("a:b\r\n", 257 * 5)}\r\n`)],
  ["255 headers", "response", whole(`${OK}${many("a:b\r\n", 255 * 5)}\r\n`)],
  ["17 KiB of headers", "refused", whole(`${OK}x-a: ${"b".repeat(17_000)}\r\n\r\n`)],
  ["a length that is too long", "transient", whole(`${OK}content-length: 1000\r\n\r\nshort`)],
  ["a length that is never reached", "transient", kept(`${OK}content-length: 1000\r\n\r\nshort`)],
  ["a length that is too short", "response", whole(`${OK}content-length: 2\r\n\r\nlonger`)],
  ["a negative length", "transient", whole(`${OK}content-length: -1\r\n\r\nx`)],
  [
    "a length over 2^64",
    "transient",
    whole(`${OK}content-length: 99999999999999999999999\r\n\r\nx`),
  ],
  ["two lengths", "transient", whole(`${OK}content-length: 1\r\ncontent-length: 2\r\n\r\nxx`)],
  [
    "a length and chunks",
    "transient",
    whole(`${OK}content-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`),
  ],
  ["two answers", "response", whole(`${sized("", "a")}${sized("", "b")}`)],
  ["a header with a null byte", "transient", whole(`${OK}x-a: \0\r\n\r\n`)],
  ["a header name with a space", "transient", whole(`${OK}x a: b\r\n\r\n`)],
  ["HTTP/0.9", "transient", whole("hello")],
  ["HTTP/2's preface", "transient", whole("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")],
  ["nothing at all", "transient", () => undefined],
  ["JSON 65 deep", "response", whole(sized(JSON_TYPE, "[".repeat(65) + "]".repeat(65)))],
  ["JSON half a million deep", "response", whole(sized(JSON_TYPE, "[".repeat(MIB / 2)))],
  ["JSON of a million brackets", "unreadable", whole(sized(JSON_TYPE, many("[]", MIB - 2)))],
  ["JSON of empty arrays", "unreadable", whole(sized(JSON_TYPE, `[${many("[],", MIB - 8)}[]]`))],
  [
    "JSON of 90,000 names",
    "response",
    whole(sized(JSON_TYPE, `{${Array.from({ length: 90_000 }, (_, i) => `"k${i}":1`)}}`)),
  ],
  ["JSON of one endless number", "response", whole(sized(JSON_TYPE, "1".repeat(MIB)))],
  [
    "JSON with __proto__",
    "response",
    whole(
      sized(JSON_TYPE, '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}'),
    ),
  ],
  [
    "text that is not UTF-8",
    "response",
    whole(sized("content-type: text/plain\r\n", Buffer.alloc(MIB, 0xff))),
  ],
  [
    "an unknown charset",
    "response",
    whole(sized("content-type: text/plain; charset=x-evil\r\n", "x")),
  ],
  [
    "a content type of 8 KiB",
    "response",
    whole(sized(`content-type: ${many("a/", 8000)}\r\n`, "x")),
  ],
];

/** A server that sends response number n at `/n`, and a good response at any other path. */
export async function startHostileServer() {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
    socket.once("data", (request) => {
      const index = /^GET \/(\d+) /.exec(request.toString("latin1"))?.[1];
      const [, , answer = whole(sized("", "fine"))] = RESPONSES[Number(index)] ?? [];
      answer(socket);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  };
}
