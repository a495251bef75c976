import { describe, expect, it } from "vitest";
import {
  messageOfUrl,
  messageWithOptions,
  triedArgument,
} from "../../../infra/cli/try/tried-message.ts";
import { UsageError } from "../../../infra/cli/usage-error.ts";

describe("the argument of try", () => {
  it.each([
    ["https://a.example/", "url"],
    ["HTTP://a.example/", "url"],
    ["ftp://a.example/", "url"],
    ["{}", "message"],
    [' {"request":{"url":"https://a.example/"}}', "message"],
    ["message.json", "file"],
    ["./{}", "file"],
    ["-", "file"],
  ])("%j is a %s", (argument, kind) => expect(triedArgument(argument).kind).toBe(kind));
});

describe("a message with options", () => {
  const request = { url: "https://a.example/", headers: { Accept: "a", "X-Key": "old" } };
  const changed = (body: object, options: object) =>
    JSON.parse(messageWithOptions(JSON.stringify(body), "FILE", options));

  it("stays as it is without options, with the digits of its numbers", () => {
    const text = '{"request":{"url":"https://a.example/"},"context":12345678901234567890}';
    expect(messageWithOptions(`\n${text}\n`, "FILE", {})).toBe(text);
  });

  it.each([
    ["http", { success: "a" }, { preset: "http", success: "a" }],
    [undefined, { success: "a" }, { success: "a" }],
    [{ success: "a", failure: "b" }, { success: "c" }, { success: "c", failure: "b" }],
    [{ success: "a" }, { until: "replicate" }, "replicate"],
    [{ success: "a" }, { until: "replicate", result: "r" }, { preset: "replicate", result: "r" }],
    [{ success: "a" }, {}, { success: "a" }],
    [undefined, {}, undefined],
  ])("until %j with %j becomes %j", (until, options, expected) => {
    expect(changed({ request, until }, options).until).toEqual(expected);
  });

  it("gets headers in place of its own, whatever their case", () => {
    const headers = { "x-key": "new" };
    const expected = { ...request, headers: { Accept: "a", "x-key": "new" } };
    expect(changed({ request }, { headers })).toEqual({ request: expected });
    expect(changed({ start: request }, { headers })).toEqual({ start: expected });
  });

  it.each([
    ["{}\n{}", {}, "FILE has 2 messages: try takes one"],
    ["", {}, "no message"],
    ["{", {}, "not JSON"],
    ["[1]", {}, "FILE must be a JSON object"],
    ["{}", { method: "POST" }, "--method is for a URL"],
    ["{}", { data: "1" }, "--data is for a URL"],
    ["{}", { every: 5 }, "--every is for a URL"],
  ])("refuses %j with %j", (text, options, message) => {
    expect(() => messageWithOptions(text, "FILE", options)).toThrow(UsageError);
    expect(() => messageWithOptions(text, "FILE", options)).toThrow(message);
  });
});

it("a URL with options makes the message that poll sends", () => {
  const options = { success: "body.done", every: 5, data: '{"a":1}', headers: { a: "b" } };
  expect(JSON.parse(messageOfUrl("https://a.example/", options, 0))).toMatchObject({
    request: { url: "https://a.example/", method: "POST", headers: { a: "b" }, body: { a: 1 } },
    until: { success: "body.done" },
    delaySeconds: 5,
  });
});
