import type { OutgoingHttpHeaders } from "node:http";
import zlib from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { HttpRequest } from "../../../lib/http/http-request.ts";
import { type CountingServer, startCountingServer } from "../../support/counting-server.ts";
import { httpClient, responseOf } from "../../support/http-client.ts";

interface Canned {
  readonly status?: number;
  readonly headers?: OutgoingHttpHeaders;
  readonly bytes?: string | Buffer;
}

const client = httpClient();
let server: CountingServer;
const canned = new Map<string, Canned>();

beforeAll(async () => {
  server = await startCountingServer((request, response) => {
    const { status = 200, headers = {}, bytes = "" } = canned.get(request.url ?? "") ?? {};
    response.writeHead(status, headers).end(bytes);
  });
});
afterAll(async () => {
  client.agents.destroy();
  await server.close();
});

async function answerTo(
  answer: Canned,
  parts: Partial<HttpRequest> & { maxBodyBytes?: number } = {},
) {
  const path = `/${canned.size}`;
  canned.set(path, answer);
  return client.ask(`${server.url}${path}`, parts);
}
const bodyOf = async (answer: Canned) => responseOf(await answerTo(answer)).body;
const JSON_TYPE = { "content-type": "application/json" };

describe("a compressed body is decompressed", () => {
  const text = "naïve ☃ ".repeat(1000);
  const gzip = zlib.gzipSync(text);
  it.each([
    ["gzip", gzip],
    ["x-gzip", gzip],
    ["GZIP", gzip],
    ["br", zlib.brotliCompressSync(text)],
    ["zstd", zlib.zstdCompressSync(text)],
    ["deflate", zlib.deflateSync(text)],
    ["identity", Buffer.from(text)],
    ["gzip, br", zlib.brotliCompressSync(gzip)],
    ["identity, gzip", gzip],
    ["deflate", zlib.deflateRawSync(text)],
    ["UTF-8", Buffer.from(text)],
    ["none", Buffer.from(text)],
    ["compress", Buffer.from(text)],
    ["", Buffer.from(text)],
    ["gzip, UTF-8", gzip],
    ["utf-8,gzip", gzip],
    ["gzip, UTF-8", Buffer.from(text)],
  ])("%s", async (coding, bytes) => {
    expect(await bodyOf({ headers: { "content-encoding": coding }, bytes })).toBe(text);
  });

  it("at most twice", async () => {
    const answer = await answerTo({
      headers: { "content-encoding": "gzip, gzip, gzip" },
      bytes: gzip,
    });
    expect(answer).toEqual(unreadable("the response body is encoded 3 times"));
  });

  it.each([
    ["gzip", "broken", Buffer.from("no gzip at all")],
    ["gzip", "cut short", gzip.subarray(0, 40)],
    ["deflate", "broken", Buffer.from("no deflate at all")],
    ["br", "broken", Buffer.from("no brotli at all")],
  ])("%s that is %s may be valid next time", async (coding, _, bytes) => {
    const answer = await answerTo({ headers: { "content-encoding": coding }, bytes });
    expect(answer).toEqual(unreadable(`the response body is no valid ${coding}`, true));
  });
});

/** Status and headers are known although the body is not. */
function unreadable(message: string, mayChange = false) {
  return {
    kind: "unreadable",
    response: { status: 200, headers: expect.objectContaining({ connection: "keep-alive" }) },
    error: { name: "UnreadableBodyError", message },
    mayChange,
  };
}

describe("the cap counts bytes after decompression", () => {
  const sized = (bytes: number) => Buffer.alloc(bytes, "x");
  const refusal = (limit: number) => unreadable(`the response body is larger than ${limit} bytes`);

  it("1 MiB by default", async () => {
    expect(await bodyOf({ bytes: sized(1_048_576) })).toHaveLength(1_048_576);
    expect(await answerTo({ bytes: sized(1_048_577) })).toEqual(refusal(1_048_576));
  });

  it.each([
    ["br", zlib.brotliCompressSync],
    ["gzip", zlib.gzipSync],
    ["zstd", zlib.zstdCompressSync],
  ])(
    "a bomb of %s is refused before it is fully decompressed",
    { retry: 3 },
    async (coding, compress) => {
      const bytes = compress(Buffer.alloc(64 * 1_048_576));
      const before = process.memoryUsage().rss;
      const answer = await answerTo({ headers: { "content-encoding": coding }, bytes });
      expect(answer).toEqual(refusal(1_048_576));
      expect(process.memoryUsage().rss - before).toBeLessThan(48 * 1_048_576);
    },
  );

  it("and so is a bomb within a bomb", async () => {
    const bytes = zlib.gzipSync(zlib.gzipSync(Buffer.alloc(16 * 1_048_576)));
    const headers = { "content-encoding": "gzip, gzip" };
    expect(await answerTo({ headers, bytes })).toEqual(refusal(1_048_576));
  });

  it("can be set by an option", async () => {
    expect(await answerTo({ bytes: sized(11) }, { maxBodyBytes: 10 })).toEqual(refusal(10));
    expect((await answerTo({ bytes: sized(10) }, { maxBodyBytes: 10 })).kind).toBe("response");
  });
});

describe("a JSON body is parsed", () => {
  it("with members named __proto__ and constructor", async () => {
    const body = await bodyOf({ headers: JSON_TYPE, bytes: '{"__proto__":{"p":1}}' });
    expect(JSON.stringify(body)).toBe('{"__proto__":{"p":1}}');
    expect("p" in {}).toBe(false);
  });
});

describe("a response without a body may have a content-encoding", () => {
  const headers = { "content-encoding": "gzip", "content-type": "application/json" };
  it.each([
    ["HEAD", { method: "HEAD" }, { headers }],
    ["HEAD with a length", { method: "HEAD" }, { headers: { ...headers, "content-length": 999 } }],
    ["204", {}, { status: 204, headers }],
    ["304", {}, { status: 304, headers }],
    ["a length of 0", {}, { headers: { ...headers, "content-length": 0 } }],
    ["no chunks", {}, { headers: { ...headers, "transfer-encoding": "chunked" } }],
  ] as const)("%s", async (_, parts, answer) => {
    const response = responseOf(await answerTo(answer, parts));
    expect(response.body).toBe("");
    expect(response.headers["content-encoding"]).toBe("gzip");
  });
});

describe("status and headers", () => {
  it("are returned: names in lower case, headers with the same name joined", async () => {
    const headers = { "X-Job": "7", "Set-Cookie": ["a=1; Path=/", "b=2"], Link: ["<a>", "<b>"] };
    const response = responseOf(await answerTo({ status: 418, headers }));
    expect(response).toMatchObject({
      status: 418,
      headers: { "x-job": "7", "set-cookie": "a=1; Path=/, b=2", link: "<a>, <b>" },
      body: "",
    });
  });
});
