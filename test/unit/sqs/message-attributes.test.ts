import type { SQSMessageAttributes } from "aws-lambda";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  attributesSize,
  attributesToSend,
  stringAttribute,
} from "../../../lib/sqs/message-attributes.ts";

describe("attributesToSend", () => {
  it("converts attributes from Lambda's form to the SDK's", () => {
    const received: SQSMessageAttributes = {
      text: { dataType: "String", stringValue: "é", stringListValues: [], binaryListValues: [] },
      number: { dataType: "Number", stringValue: "1.50" },
      custom: { dataType: "Binary.png", binaryValue: "iVBORw0=" },
    };
    expect(attributesToSend(received)).toEqual({
      text: { DataType: "String", StringValue: "é" },
      number: { DataType: "Number", StringValue: "1.50" },
      custom: { DataType: "Binary.png", BinaryValue: Buffer.from("iVBORw0=", "base64") },
    });
  });

  it.each([undefined, {}])("is empty for %j", (received) => {
    expect(attributesToSend(received)).toEqual({});
  });

  it("keeps an attribute named __proto__", () => {
    const received = JSON.parse('{"__proto__":{"dataType":"String","stringValue":"v"}}');
    expect(Object.keys(attributesToSend(received))).toEqual(["__proto__"]);
  });
});

describe("attributesSize counts names, types and values, in bytes", () => {
  it.each([
    [{}, 0],
    [{ ab: { DataType: "String", StringValue: "xyz" } }, 2 + 6 + 3],
    [{ ab: { DataType: "String", StringValue: "é☃" } }, 2 + 6 + 5],
    [{ b: { DataType: "Binary", BinaryValue: new Uint8Array(9) } }, 1 + 6 + 9],
    [
      { a: { DataType: "String", StringValue: "x" }, b: { DataType: "Number", StringValue: "7" } },
      1 + 6 + 1 + 1 + 6 + 1,
    ],
  ])("%j: %s", (attributes, bytes) => expect(attributesSize(attributes)).toBe(bytes));
});

describe("stringAttribute", () => {
  it("makes a valid value of any text: only XML 1.0 characters, at most maxBytes, no character cut", () => {
    // SendMessage: #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF
    const allowed = /^[\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]+$/u;
    const codes = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 60 });
    fc.assert(
      fc.property(codes, fc.integer({ min: -5, max: 100 }), (units, maxBytes) => {
        const text = String.fromCharCode(...units);
        const value = stringAttribute(text, maxBytes)?.StringValue;
        if (value === undefined) return;
        expect(value).toMatch(allowed);
        expect(Buffer.byteLength(value)).toBeLessThanOrEqual(maxBytes);
        expect(Buffer.byteLength(value) > maxBytes - 4 || value.length === text.length).toBe(true);
      }),
    );
  });

  it.each([
    ["", 10],
    ["text", 0],
    ["text", -1],
    ["😀", 3],
  ])("is undefined for %j in %s bytes", (text, maxBytes) => {
    expect(stringAttribute(text, maxBytes)).toBeUndefined();
  });
});
