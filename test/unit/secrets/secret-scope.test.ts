import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SecretFormatError } from "../../../lib/secrets/secret-format-error.ts";
import { isInScope, scopeOf } from "../../../lib/secrets/secret-scope.ts";

const origins = ["https://a.example"];
const request = (path: string, method: "GET" | "POST" = "GET") => ({
  url: `https://a.example${path}`,
  method,
  headers: {},
});
const allows = (fields: object, path: string, method?: "GET" | "POST") =>
  isInScope(scopeOf({ origins, ...fields }), request(path, method));

describe("the scope of a secret", () => {
  it("is every request to its origins by default", () => {
    expect(allows({}, "/anything?x=1", "POST")).toBe(true);
    expect(isInScope(scopeOf({ origins }), { ...request("/"), url: "https://b.example/" })).toBe(
      false,
    );
  });

  it("can be limited to methods, as a list or a text", () => {
    for (const methods of [["GET", "HEAD"], "GET HEAD", "HEAD, GET"]) {
      expect(allows({ methods }, "/")).toBe(true);
      expect(allows({ methods }, "/", "POST")).toBe(false);
    }
  });

  it.each([
    ["/v1/jobs/*", "/v1/jobs/7"],
    ["/v1/jobs/*", "/v1/jobs/"],
    ["/v1/jobs/*", "/v1/jobs/a/b?to=/admin"],
    ["/v1/jobs/*", "/v1/jobs/7/../8"],
    ["/v1/jobs/*", "/v1/jobs/a%20b"],
    ["/v1/jobs/*", "/v1/jobs/group%2Fproject"],
    ["/v1/jobs/*", "/v1/jobs/v1..2"],
    ["/v1/jobs/*", "/v1/jobs/..-x"],
    ["/v1/jobs/*", "/v1/jobs/.well-known?x=.."],
    ["/v1/jobs", "/v1/jobs"],
    ["/v1/jobs", "/v1/jobs?page=2"],
    ["/v1/jobs*", "/v1/jobs-of-mine"],
    ["/group%2fproject/*", "/group%2Fproject/1"],
    ["/caf\u00e9/*", "/caf%c3%a9/1"],
    ["/a b/*", "/a%20b/1"],
    ["*".padStart(2, "/"), "/"],
  ])("%s includes %s", (path, asked) => expect(allows({ paths: [path] }, asked)).toBe(true));

  it.each([
    "/",
    "/v1/jobs",
    "/v1/jobsx",
    "/V1/jobs/7",
    "/v1/admin",
    "/v1/jobs/../admin",
    "/v1/jobs/%2e%2e/admin",
    "/v1/jobs/.%2E/admin",
    "/v1/jobs/..%2fadmin",
    "/v1/jobs/..%5cadmin",
    "/v1/jobs/..\\admin",
    "/v1/jobs/%2e%2e%2fadmin",
    "/v1/jobs/%252e%252e/admin",
    "/v1/jobs/%252e%252e%252fadmin",
    "/v1/jobs/%25252e%25252e/admin",
    `/v1/jobs/%${"25".repeat(40)}2e%${"25".repeat(40)}2e/admin`,
    "/v1/jobs/..;/admin",
    "/v1/jobs/..;x=1/admin",
    "/v1/jobs/..%3B/admin",
    "/v1/jobs/.../admin",
    "/v1/jobs/..%20/admin",
    "/v1/jobs/..%3F/admin",
    "/v1/jobs/%2e%2e%2523/admin",
    "/v1/jobs/..%00/admin",
    "/v1/jobs/.%00./admin",
    "/v1/jobs/..%E2%80%8B/admin",
    "/v1/jobs/..%20HTTP/1.1",
    "/v1/jobs/%EF%BC%8E%EF%BC%8E/admin",
    "/v1/jobs/%E2%80%A5%EF%BC%8Fadmin",
    "/v1/jobs/7%EF%BC%BC../admin",
    "/v1/jobs/%c0%ae%c0%ae/admin",
    "/v1/jobs/%zz",
    "/v1%2Fjobs/7",
    "//v1/jobs/7",
    "/%76%31/jobs/7",
  ])("/v1/jobs/* excludes %s", (asked) => {
    expect(allows({ paths: "/v1/jobs/*" }, asked)).toBe(false);
  });

  it("excludes requests whose headers tell some servers another method or path", () => {
    const to = (name: string) => ({ ...request("/v1/jobs/7"), headers: { [name]: "x" } });
    for (const fields of [{ methods: "GET" }, { paths: "/v1/jobs/*" }]) {
      const scope = scopeOf({ origins, ...fields });
      expect(isInScope(scope, to("X-Method"))).toBe(false);
      expect(isInScope(scope, to("X-HTTP-Method-Override"))).toBe(false);
      expect(isInScope(scope, to("x-original-url"))).toBe(false);
      expect(isInScope(scope, to("x-rewrite-url"))).toBe(false);
      expect(isInScope(scope, to("x-request-id"))).toBe(true);
    }
    expect(isInScope(scopeOf({ origins }), to("x-original-url"))).toBe(true);
  });

  it("never extends beyond its paths, however a path is written and a server decodes it", () => {
    const part = fc.constantFrom(
      ..."./\\;%25",
      "%2e",
      "%2f",
      "%5c",
      "%25",
      "%3f",
      "%23",
      "%00",
      "%EF%BC%8E",
      "2e",
      "2f",
      "jobs",
      "x",
    );
    const readings: ((path: string) => string)[] = [
      (path) => path,
      decodeURIComponent,
      (path) => decodeURIComponent(decodeURIComponent(path)),
      (path) => decodeURIComponent(path.replace(/;[^/]*/g, "")),
      (path) => decodeURIComponent(path).replaceAll("\\", "/"),
      (path) => decodeURIComponent(path).replaceAll("\0", "").normalize("NFKC"),
    ];
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const url = URL.parse(`https://a.example/v1/jobs/${parts.join("")}`);
        if (url === null || !allows({ paths: ["/v1/jobs/*"] }, url.pathname)) return;
        for (const read of readings) {
          expect(new URL(`https://a.example${read(url.pathname)}`).pathname).toMatch(
            /^\/v1\/jobs\//,
          );
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["no methods", { methods: [] }, "methods"],
    ["an unknown method", { methods: ["GET", "BREW"] }, "methods"],
    ["methods of another type", { methods: 7 }, "methods"],
    ["no paths", { paths: "" }, "paths"],
    ["paths of another type", { paths: null }, "paths"],
    ["a path without a slash", { paths: ["v1"] }, "paths"],
    ["a star in the middle", { paths: ["/v1/*/jobs"] }, "paths"],
    ["a query", { paths: ["/v1?x=1"] }, "paths"],
    ["dot segments", { paths: ["/v1/../x"] }, "paths"],
    ["encoded dot segments", { paths: ["/v1/%2e%2e/x"] }, "paths"],
  ])("with %s is refused, and the error says what is wrong", (_, fields, named) => {
    expect(() => scopeOf({ origins, ...fields })).toThrow(SecretFormatError);
    expect(() => scopeOf({ origins, ...fields })).toThrow(`the secret's ${named} must be`);
  });
});
