import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { namedRequest } from "../../../../lib/poll/steps/named-request.ts";
import { anyPath, anyUrl } from "../../../support/any-text.ts";

const BASE = "https://api.example/v1/jobs/start?x=1";
const named = (value: unknown, base = BASE) => namedRequest("next", value, base);
const problemOf = (value: unknown, base?: string) => {
  const found = named(value, base);
  return found && "forbidden" in found ? found.forbidden : undefined;
};

describe("a URL reference is resolved against the URL that was asked", () => {
  it.each([
    ["https://other.example/a", "https://other.example/a"],
    ["//other.example/a", "https://other.example/a"],
    ["/a?b=c", "https://api.example/a?b=c"],
    ["7", "https://api.example/v1/jobs/7"],
    ["jobs/7", "https://api.example/v1/jobs/jobs/7"],
    ["../7/result", "https://api.example/v1/7/result"],
    ["?page=2", "https://api.example/v1/jobs/start?page=2"],
    ["/a#part", "https://api.example/a"],
    ["HTTPS://API.example:443/a", "https://api.example/a"],
  ])("%s: %s", (reference, url) => {
    expect(named(reference)).toEqual({ url });
    expect(named({ url: reference })).toEqual({ url });
  });

  it("from http to https it may lead, and stay http", () => {
    expect(named("https://api.example/a", "http://api.example/")).toEqual({
      url: "https://api.example/a",
    });
    expect(named("/a", "http://api.example/b")).toEqual({ url: "http://api.example/a" });
  });
});

describe("an object", () => {
  it("names the method and the body, too", () => {
    const body = { query: "q", n: 1 };
    expect(named({ url: "/a", method: "POST", body })).toEqual({
      url: "https://api.example/a",
      method: "POST",
      body,
    });
    expect(named({ url: "/a", method: "GET", body: null })).toEqual({
      url: "https://api.example/a",
    });
    expect(named({ url: "/a", body: 0, other: 1 })).toEqual({
      url: "https://api.example/a",
      body: 0,
    });
  });
});

describe("what a server must not name", () => {
  const long = (bytes: number) => `/${"x".repeat(bytes - "https://api.example/".length)}`;
  const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

  it.each([
    ["ftp://api.example/a", "until.next gave what must be an http or https URL"],
    ["file:///etc/passwd", "until.next gave what must be an http or https URL"],
    ["javascript:1", "until.next gave what must be an http or https URL"],
    ["data:,x", "until.next gave what must be an http or https URL"],
    ["https://user@api.example/", "until.next gave what must be a URL without user name"],
    ["https://:pw@api.example/", "until.next gave what must be a URL without user name"],
    ["http://api.example/a", "until.next leads from https to http"],
    ["https://", "until.next gave what must be a URL reference"],
    ["https://a..example/", "until.next gave what must be a URL whose host"],
    [long(4097), "until.next gave a URL of more than 4096 bytes"],
    [`/${"é".repeat(1000)}`, "until.next gave a URL of more than 4096 bytes"],
    [7, "until.next must give a URL reference"],
    [true, "until.next must give a URL reference"],
    [["/a"], "until.next must give a URL reference"],
    [{ url: 7 }, "until.next must give a URL reference"],
    [{ url: "/a", method: "TRACE" }, "until.next must give one of GET, HEAD"],
    [{ url: "/a", method: ["GET"] }, "until.next must give one of GET, HEAD"],
    [{ url: "/a", body: "x".repeat(8192) }, "until.next gave a request of more than 8192 bytes"],
    [{ url: "/a", body: deep(33) }, "until.next gave a body that nests deeper than 32 levels"],
  ])("%j", (value, message) => {
    const problem = problemOf(value);
    expect(problem?.name).toBe("ForbiddenNextError");
    expect(problem?.message.startsWith(message), problem?.message).toBe(true);
  });

  it("but the longest URL and the deepest body pass", () => {
    expect(problemOf(long(4096))).toBeUndefined();
    expect(problemOf({ url: "/a", body: deep(32) })).toBeUndefined();
  });
});

it("any value names a URL that may be requested, or is forbidden", () => {
  const reference = fc.oneof(fc.string(), anyUrl, anyPath);
  const object = fc.record({ url: reference, method: fc.string(), body: fc.jsonValue() });
  fc.assert(
    fc.property(fc.oneof(reference, object, fc.jsonValue()), (value) => {
      const found = named(value);
      if (found === undefined || "forbidden" in found) return;
      const url = new URL(found.url);
      expect(url.protocol).toBe("https:");
      expect([url.username, url.password, url.hash]).toEqual(["", "", ""]);
      expect(Buffer.byteLength(JSON.stringify(found))).toBeLessThanOrEqual(8192);
    }),
  );
});
