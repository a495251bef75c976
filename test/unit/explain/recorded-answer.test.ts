import { describe, expect, it } from "vitest";
import { RecordedAnswerError, readRecordedAnswer } from "../../../lib/explain/recorded-answer.ts";

const JSON_TYPE = { "content-type": "application/json" };

describe("readRecordedAnswer", () => {
  it.each([
    ['{"a":1}', { status: 200, headers: JSON_TYPE, body: { a: 1 } }],
    ["[]", { status: 200, headers: JSON_TYPE, body: [] }],
    ['"text"', { status: 200, headers: JSON_TYPE, body: "text" }],
    [
      'HTTP/1.1 202 Accepted\r\nRetry-After: 5\r\nLocation:  /a:b \r\n\r\n{"a":1}',
      { status: 202, headers: { "retry-after": "5", location: "/a:b" }, body: { a: 1 } },
    ],
    [
      "HTTP/2 404 \ncontent-type: text/plain\n\nno\n\nline",
      {
        status: 404,
        headers: { "content-type": "text/plain" },
        body: "no\n\nline",
      },
    ],
    ["HTTP/1.1 204 No Content", { status: 204, headers: {}, body: "" }],
    ["HTTP/1.1 204 No Content\n\n", { status: 204, headers: {}, body: "" }],
    ["HTTP/1.1 200 OK\na: 1\nA: 2\n\n", { status: 200, headers: { a: "1, 2" }, body: "" }],
    [
      "HTTP/1.1 303 See Other\nlocation: /x\n\nHTTP/1.1 200 OK\ncontent-type: application/json\n\n{}",
      { status: 200, headers: JSON_TYPE, body: {} },
    ],
    [
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\n\r\n",
      {
        status: 201,
        headers: {},
        body: "",
      },
    ],
    ["\uFEFF{}", { status: 200, headers: JSON_TYPE, body: {} }],
  ])("reads %j", (text, response) => {
    expect(readRecordedAnswer(text)).toEqual(response);
  });

  it("decodes a body as the client does", () => {
    const image = readRecordedAnswer("HTTP/1.1 200 OK\ncontent-type: image/png\n\nabc");
    expect(image).toMatchObject({ body: "YWJj", bodyEncoding: "base64" });
  });

  it.each([
    ["", /status line like HTTP\/1.1 200 OK, or be a body of JSON/],
    ["{", /body of JSON/],
    ["done", /body of JSON/],
    ["HTTP/1.1 OK\n\n{}", /status line/],
    ["HTTP/1.1 200 OK\nno header\n\n{}", /line 2: must be a header/],
  ])("refuses %j", (text, message) => {
    expect(() => readRecordedAnswer(text)).toThrow(RecordedAnswerError);
    expect(() => readRecordedAnswer(text)).toThrow(message);
  });
});
