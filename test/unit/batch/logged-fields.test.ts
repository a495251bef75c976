import { describe, expect, it } from "vitest";
import { maskError, maskEvent, maskRecord } from "../../../lib/batch/logged-fields.ts";
import { PoisonRecordError } from "../../../lib/batch/record-result.ts";
import { sqsEvent, sqsRecord } from "../../kit/records.ts";

const SECRET = "s3cr3t";
const shown = (body: unknown) => JSON.stringify(maskRecord(sqsRecord({ body })));

describe("a record in a log line", () => {
  it("shows its ids, its counts and the origin of its URL", () => {
    const body = {
      pollId: "order-7",
      retryCount: 3,
      request: { url: "https://jobs.example:8443/jobs/7?x=1", method: "POST" },
    };
    expect(maskRecord(sqsRecord({ messageId: "m", body }))).toEqual({
      messageId: "m",
      receiveCount: "1",
      bodyBytes: JSON.stringify(body).length,
      pollId: "order-7",
      retryCount: 3,
      method: "POST",
      origin: "https://jobs.example:8443",
    });
  });

  it("shows the origin that a start goes to", () => {
    const start = { url: "https://jobs.example/jobs?x=1", method: "PUT", body: SECRET };
    expect(maskRecord(sqsRecord({ body: { start } }))).toMatchObject({
      method: "PUT",
      origin: "https://jobs.example",
    });
    expect(shown({ start })).not.toContain(SECRET);
  });

  it.each([
    ["headers", { request: { url: "http://a.example", headers: { authorization: SECRET } } }],
    ["a header's name", { request: { url: "http://a.example", headers: { [SECRET]: "" } } }],
    ["the request's body", { request: { url: "http://a.example", body: { password: SECRET } } }],
    ["the URL's query", { request: { url: `http://a.example/?token=${SECRET}` } }],
    ["the URL's path", { request: { url: `http://a.example/${SECRET}` } }],
    ["the URL's fragment", { request: { url: `http://a.example/#${SECRET}` } }],
    ["the URL's user", { request: { url: `http://${SECRET}@a.example/` } }],
    ["the URL's password", { request: { url: `http://u:${SECRET}@a.example/` } }],
    ["an invalid URL", { request: { url: SECRET } }],
    ["a URL of another scheme", { request: { url: `data:,${SECRET}` } }],
    ["context", { context: { deep: [SECRET] } }],
    ["expressions", { until: { success: `body.token == '${SECRET}'` } }],
    ["an unknown method", { request: { method: SECRET.toUpperCase() } }],
    ["an unknown method that looks valid", { request: { method: "SECRET" } }],
    ["an invalid pollId", { pollId: `${SECRET} with spaces` }],
    ["a pollId of another type", { pollId: { SECRET } }],
    ["a retryCount of another type", { retryCount: SECRET }],
    ["an unknown field", { [SECRET]: SECRET }],
    ["an invalid request", { request: SECRET }],
    ["a list", [SECRET]],
    ["a text", SECRET],
    ["broken JSON", `{"a":"${SECRET}`],
    ["nothing", ""],
  ])("shows nothing of %s", (_, body) => {
    expect(shown(body).toLowerCase()).not.toMatch(/s3cr3t|secret/);
  });

  it("cuts an origin that is longer than any host", () => {
    const url = `http://${"a".repeat(10_000)}.example/`;
    expect(shown({ request: { url } }).length).toBeLessThan(500);
  });

  it("shows neither message attributes nor the receipt handle", () => {
    const messageAttributes = { [SECRET]: { dataType: "String", stringValue: SECRET } };
    const line = JSON.stringify(maskRecord(sqsRecord({ messageAttributes })));
    expect(line).not.toContain(SECRET);
    expect(line).not.toContain("handle");
  });
});

describe("an event in a log line", () => {
  it("shows its records, masked", () => {
    const event = sqsEvent(
      ...["a", "b"].map((messageId) => sqsRecord({ messageId, body: SECRET })),
    );
    const records = maskEvent(event);
    expect(records.map(({ messageId }) => messageId)).toEqual(["a", "b"]);
    expect(JSON.stringify(records)).not.toContain(SECRET);
  });

  it("is masked too when it is the bare list of an EventBridge Pipe", () => {
    expect(maskEvent([sqsRecord({ messageId: "a" })])).toMatchObject([{ messageId: "a" }]);
  });

  it.each([undefined, null, "text", {}, { Records: "text" }, { Records: [null, 7] }])(
    "%j has none",
    (event) => {
      expect(maskEvent(event)).toEqual([]);
    },
  );
});

describe("an error in a log line", () => {
  it("shows its name and message, without cause and stack", () => {
    const error = new TypeError("what happened", { cause: SECRET });
    expect(maskError(error)).toEqual({ name: "TypeError", message: "what happened" });
  });

  it("shows the whole message of a poison record", () => {
    const message = "field: must be left out; ".repeat(40);
    expect(maskError(new PoisonRecordError(message)).message).toBe(message);
  });

  it("is cut for any other error", () => {
    expect(maskError(new Error("x".repeat(10_000))).message).toHaveLength(500);
  });

  it.each([null, undefined, SECRET, 7, { message: SECRET }])(
    "shows only the type of a thrown %j",
    (thrown) => {
      const { name, message } = maskError(thrown);
      expect(name).toBe("NotAnError");
      expect(message).toBe(`a ${typeof thrown} was thrown`);
    },
  );
});
