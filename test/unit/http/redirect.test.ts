import { describe, expect, it } from "vitest";
import type { HttpRequest } from "../../../lib/http/http-request.ts";
import { ForbiddenRedirectError, redirected } from "../../../lib/http/redirect.ts";

const request: HttpRequest = {
  url: "https://a.example/jobs/1",
  method: "GET",
  headers: { authorization: "Bearer x", "x-api-key": "y", accept: "text/csv" },
  body: { filter: "z" },
};
const stripped = (url: string) => ({ url, method: "GET", headers: {} });

describe("redirected", () => {
  it.each([301, 302, 303, 307, 308])("%i of the same origin keeps the request", (status) => {
    for (const location of [
      "/jobs/2",
      "2",
      "https://a.example/jobs/2",
      "https://A.example:443/jobs/2",
    ])
      expect(redirected(request, status, location)).toEqual({
        ...request,
        url: "https://a.example/jobs/2",
      });
  });

  it.each([200, 202, 204, 300, 304, 305, 306, 400])("%i is not a redirect", (status) => {
    expect(redirected(request, status, "/2")).toBeUndefined();
  });

  it("a response without a Location is not a redirect", () => {
    expect(redirected(request, 302, undefined)).toBeUndefined();
  });

  it.each(["POST", "PUT", "PATCH", "DELETE"] as const)("%s is not followed", (method) => {
    expect(redirected({ ...request, method }, 307, "/2")).toBeUndefined();
  });

  it("HEAD is followed", () => {
    expect(redirected({ ...request, method: "HEAD" }, 302, "/2")?.method).toBe("HEAD");
  });

  it.each([
    "https://b.example/",
    "https://a.example:8443/",
    "https://sub.a.example/",
    "//b.example/",
    "https://a.example./",
  ])("to another origin, %s, sends nothing from the message", (location) => {
    const next = redirected(request, 302, location);
    expect(next).toEqual(stripped(new URL(location, request.url).href));
    const back = next && redirected(next, 302, "https://a.example/");
    expect(back, "a redirect back sends it neither").toEqual(stripped("https://a.example/"));
  });

  it("from http to https goes to another origin", () => {
    expect(redirected({ ...request, url: "http://a.example/" }, 301, "https://a.example/")).toEqual(
      stripped("https://a.example/"),
    );
  });

  it.each([
    ["http://a.example/", "from https to http"],
    ["http://b.example/", "from https to http"],
    ["ftp://a.example/", "must be an http or https URL"],
    ["file:///etc/passwd", "must be an http or https URL"],
    ["javascript:alert(1)", "must be an http or https URL"],
    ["data:text/plain,x", "must be an http or https URL"],
    ["https://user:pw@a.example/", "without user name and password"],
    ["https://a b/", "must be a URL"],
    ["https://[::1", "must be a URL"],
  ])("to %s is refused", (location, why) => {
    expect(() => redirected(request, 302, location)).toThrow(ForbiddenRedirectError);
    expect(() => redirected(request, 302, location)).toThrow(why);
  });
});
