import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contentOf } from "../../../lib/http/response-content.ts";

const bytesOf = (body: string | Buffer) => (typeof body === "string" ? Buffer.from(body) : body);
const read = (type: string, body: string | Buffer) => contentOf(bytesOf(body), type);
const nested = "[".repeat(65) + "]".repeat(65);
const many = (value: string) => `[${Array(100_001).fill(value).join()}]`;

describe("a body that is JSON", () => {
  it.each([
    ["application/json", '{"a":1}', { a: 1 }],
    ["Application/JSON; charset=utf-8", "[1]", [1]],
    ["application/problem+json", '"p"', "p"],
    ["application/vnd.api.v2+json;x=y", "null", null],
    ["application/vnd.x+json", " [1]", [1]],
    ["text/json", "true", true],
    ["text/x-json", "7", 7],
    ["application/json; charset=", '{"a":1}', { a: 1 }],
    ['application/json; charset="utf-8', '{"a":1}', { a: 1 }],
    ["application/json; charset=utf8mb4", '{"a":1}', { a: 1 }],
    ["application/json;;;", '{"a":1}', { a: 1 }],
    ["", '{"a":1}', { a: 1 }],
    ["text/plain", '{"a":1}', { a: 1 }],
    ["text/plain; charset=utf-8", ' \r\n\t[{"a":1}]\n', [{ a: 1 }]],
    ["text", "[1]", [1]],
    ["*/*", "{}", {}],
    ["application/javascript", "[1]", [1]],
    ["application/x-www-form-urlencoded", "{}", {}],
    ["application/vnd.x", "{}", {}],
    ["text/plain", "\uFEFF[1]", [1]],
    ["application/json", "\uFEFF[1]", [1]],
    ["application/json; charset=latin1", Buffer.from('"é"', "latin1"), "é"],
    ["application/json", Buffer.from('\uFEFF{"a":"é"}', "utf16le"), { a: "é" }],
    ["application/json; charset=utf-16", '{"a":"é"}', { a: "é" }],
    ["application/json; charset=UTF-16BE", "[1]", [1]],
    ["application/json", Buffer.from('{"a":"é"}', "utf16le"), { a: "é" }],
    ["", Buffer.from('[{"a":"é"}]', "utf16le").swap16(), [{ a: "é" }]],
    ["text/plain; charset=utf-8", Buffer.from("[1]", "utf16le"), [1]],
    ["application/json", Buffer.from('{"a":"\xE9"}', "latin1"), { a: "\uFFFD" }],
  ])("of type %j is JSON: %j", (type, body, value) => {
    expect(read(type, body)).toEqual({ body: value });
  });

  it.each([
    "text/html",
    "text/html; note=application/json",
    "text/xml",
    "application/xml",
    "application/atom+xml",
    "image/svg+xml",
    "text/csv",
    "text/event-stream",
    "application/x-ndjson",
    "application/jsonl",
    "multipart/mixed",
  ])("is a text if its type is another one: %s", (type) => {
    expect(read(type, '{"a":1}')).toEqual({ body: '{"a":1}' });
  });

  it.each([
    ["application/json", "{broken"],
    ["text/plain", "{broken"],
    ["text/plain", "7"],
    ["text/plain", '"text"'],
    ["text/plain", "true"],
    ["application/json", nested],
    ["text/plain", nested],
    ["text/plain", many("{}")],
  ])("is not assumed for other texts of type %s: %.20s", (type, body) => {
    expect(read(type, body)).toEqual({ body });
  });

  it("cannot be read if it has more than 100,000 values and a JSON type", () => {
    expect(() => read("application/json", many("1"))).toThrow(
      "the response body holds more than 100000 JSON values",
    );
  });
});

describe("a text", () => {
  it.each([
    ["text/plain; charset=utf-8", Buffer.from("é☃"), "é☃"],
    ["text/plain", Buffer.from("é☃"), "é☃"],
    ["text/plain; charset=ISO-8859-1", Buffer.from("é", "latin1"), "é"],
    ["text/html;charset='windows-1252'", Buffer.from("é", "latin1"), "é"],
    ['text/plain; charset="utf-16le"', Buffer.from("é", "utf16le"), "é"],
    ["text/plain; charset=no-such", Buffer.from("é"), "é"],
    ["text/plain; charset=utf-16le", Buffer.from("é☃", "utf16le"), "é☃"],
    ["text/plain; charset=utf-16", Buffer.from("完了", "utf16le"), "完了"],
    ["text/plain; charset=utf-16", Buffer.from("DONE"), "DONE"],
    ["text/plain; charset=shift_jis", Buffer.from([0x83, 0x65]), "テ"],
    ["text/plain", Buffer.from("\uFEFFbom"), "bom"],
    ["text/plain; charset=utf-8", Buffer.from([0xfe, 0xff, 0, 0x61]), "a"],
    ["text/plain", Buffer.from([0xff, 0xfe, 0x61, 0]), "a"],
    ["application/octet-stream", Buffer.alloc(0), ""],
    ["", Buffer.from("plain"), "plain"],
    ["image/svg+xml", Buffer.from("<svg/>"), "<svg/>"],
  ])("of type %s is decoded by its charset", (type, bytes, body) => {
    expect(read(type, bytes)).toEqual({ body });
  });
});

describe("a body that is not text", () => {
  it.each([
    ...["image/png", "audio/mpeg", "video/mp4", "font/woff2", "application/octet-stream"],
    ...[
      "binary/octet-stream",
      "application/pdf",
      "application/zip",
      "application/x-zip-compressed",
    ],
    ...["application/gzip", "application/x-tar", "application/epub+zip", "application/msword"],
    ...["application/vnd.ms-excel", "application/x-protobuf", "application/wasm"],
    ...["application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    "IMAGE/PNG; charset=utf-8",
  ])("by its type becomes base64, whatever its bytes: %s", (type) => {
    expect(read(type, "[1]")).toEqual({ body: "WzFd", bodyEncoding: "base64" });
  });

  it.each([
    ["", Buffer.from([0x89, 0x50, 0x4e, 0x47])],
    ["text/plain", Buffer.from([0x61, 0xff])],
    ["text/plain; charset=utf-8", Buffer.from("é", "latin1")],
    ["application/json", Buffer.from([0xff, 0xd8, 0xff])],
    ["text/plain; charset=shift_jis", Buffer.from([0x83, 0xff])],
    ["application/vnd.unknown", Buffer.from([0xc3, 0x28])],
  ])("by its charset becomes base64, of type %j", (type, bytes) => {
    expect(read(type, bytes)).toEqual({ body: bytes.toString("base64"), bodyEncoding: "base64" });
  });

  it.each(["application/octet-stream", "binary/octet-stream; charset=utf-8", "application/binary"])(
    "of type %s is a text, where text files are asked for and it is one",
    (type) => {
      const lines = '{"é":1}\n';
      expect(contentOf(Buffer.from(lines), type, true)).toEqual({ body: lines });
      expect(contentOf(Buffer.from(lines), type)).toHaveProperty("bodyEncoding", "base64");
      expect(contentOf(Buffer.from([0x61, 0xff]), type, true).bodyEncoding).toBe("base64");
      expect(contentOf(Buffer.from("PK\u0003"), type, true).bodyEncoding).toBe("base64");
    },
  );

  it("of another type stays base64, where text files are asked for", () => {
    expect(contentOf(Buffer.from("[1]"), "image/png", true)).toHaveProperty("bodyEncoding");
  });

  it("keeps every byte", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), (array) => {
        const bytes = Buffer.from(array);
        const { body, bodyEncoding } = contentOf(bytes, "text/csv");
        const hasMark = bytes.subarray(0, 3).equals(Buffer.from("\uFEFF"));
        const utf16 = /^(?:feff|fffe)/.test(bytes.toString("hex"));
        if (hasMark || utf16) return;
        expect(Buffer.from(String(body), bodyEncoding ?? "utf8")).toEqual(bytes);
      }),
    );
  });
});
