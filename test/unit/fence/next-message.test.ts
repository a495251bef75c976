import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pending } from "../../../lib/batch/record-result.ts";
import {
  changesBetween,
  packNext,
  resultOfNext,
  unpackNext,
  withChanges,
} from "../../../lib/fence/next-message.ts";
import { type JsonObject, parseJsonExactly, readOwnJson, toJson } from "../../../lib/json/json.ts";

const TOKEN = { authorization: "Bearer not for the row" };
const HEADERS = { ...TOKEN, "content-type": "text/csv" };
const FROM: JsonObject = {
  pollId: "p",
  start: { url: "https://a.example/jobs", method: "POST", body: { n: 1 }, headers: HEADERS },
  context: { order: 7 },
  errorCount: 2,
};
const TO: JsonObject = {
  pollId: "p",
  request: { url: "https://a.example/jobs/1", headers: TOKEN },
  step: "poll",
  context: { order: 7 },
};

describe("the message after a start", () => {
  it("is stored as what is new in it, without the start's headers", () => {
    const changes = changesBetween(FROM, TO);
    expect(changes).toEqual({
      set: { step: "poll" },
      removed: ["start", "errorCount"],
      inside: {
        request: {
          set: { url: "https://a.example/jobs/1" },
          removed: ["method", "body"],
          inside: { headers: { set: {}, removed: ["content-type"], inside: {} } },
        },
      },
    });
    expect(withChanges(FROM, changes)).toEqual(TO);
  });

  it("takes a new body of the start, as a second submission has it, along", () => {
    const second = { ...FROM, context: "another" };
    expect(withChanges(second, changesBetween(FROM, TO))).toEqual({ ...TO, context: "another" });
  });

  it.each([
    ["new in", '{"request":{"url":{}}}', '{"request":{"url":{"__proto__":{"a":1}}}}'],
    ["changed in", '{"context":{"__proto__":{"a":1}}}', '{"context":{"__proto__":{"a":2,"b":3}}}'],
    ["removed from", '{"context":{"__proto__":{"a":1}}}', '{"context":{}}'],
  ])("keeps a member with the name __proto__ that is %s it", (_case, one, other) => {
    const [from, to] = [readOwnJson(one), readOwnJson(other)];
    const next = { dueAt: 1, usesNoRetry: true, changes: changesBetween(from, to) };
    const { changes } = unpackNext(packNext(next) ?? new Uint8Array());
    expect(toJson(withChanges(from, changes))).toBe(other);
  });

  it("is found again in what was stored, whatever the two bodies are, with all digits", () => {
    const json = fc.jsonValue({ maxDepth: 2 });
    const request = fc.dictionary(fc.constantFrom("url", "method", "body", "headers"), json);
    const body = fc.record(
      { start: request, request, context: json, fetch: request, n: fc.constant(1) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(body, body, (one, other) => {
        const [from, to] = [exactly(one), exactly(other)];
        const next = { dueAt: 1, usesNoRetry: true, changes: changesBetween(from, to) };
        const { changes } = unpackNext(packNext(next) ?? new Uint8Array());
        expect(sorted(withChanges(from, changes))).toBe(sorted(to));
      }),
    );
  });

  it("comes back as the result that sends it again, when it is due", () => {
    const changes = changesBetween(FROM, TO);
    expect(resultOfNext({ dueAt: 5000, usesNoRetry: false, changes }, FROM, 2000)).toEqual(
      pending({ delaySeconds: 3, body: TO }),
    );
    const same = { dueAt: 1, usesNoRetry: true, changes: changesBetween(FROM, FROM) };
    expect(resultOfNext(same, FROM, 2000)).toEqual({
      ...pending({ body: FROM }),
      usesNoRetry: true,
    });
  });

  it("is small for two URLs of the longest kind, and not stored when it is too large", () => {
    const url = () => `https://a.example/${randomBytes(3000).toString("base64url")}`;
    const to = (body: string) => ({ request: { url: url() }, fetch: { url: url(), body } });
    const next = (body: string) =>
      packNext({ dueAt: 1, usesNoRetry: false, changes: changesBetween({}, to(body)) });
    expect(next("")?.byteLength).toBeLessThan(8192);
    expect(next(randomBytes(20_000).toString("base64"))).toBeUndefined();
  });

  it("says when a row was changed by hand", () => {
    const changes = { set: {}, removed: [], inside: {} };
    const other = packNext({ dueAt: 1, usesNoRetry: true, changes });
    expect(unpackNext(other ?? new Uint8Array()).dueAt).toBe(1);
    const wrong = JSON.parse('{ "dueAt": "soon" }');
    expect(() => unpackNext(packNext(wrong) ?? new Uint8Array())).toThrow("was the row changed");
  });
});

/** With a number that a double cannot hold. */
function exactly(body: object): JsonObject {
  const text = JSON.stringify(body).replace('"n":1', '"n":12345678901234567890');
  return parseJsonExactly(text) as JsonObject;
}

function sorted(value: unknown): string {
  return toJson(
    JSON.parse(toJson(value), (_name, member) =>
      typeof member === "object" && member !== null && !Array.isArray(member)
        ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
        : member,
    ),
  );
}
