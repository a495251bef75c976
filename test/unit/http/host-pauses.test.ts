import { describe, expect, it } from "vitest";
import { createHostPauses, type PausableRequest } from "../../../lib/http/host-pauses.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const URL_1 = "https://api.example/jobs/1";
const HOURS = 43_200;

type Parts = Partial<PausableRequest>;
const request = (parts: Parts = {}): PausableRequest => ({ url: URL_1, headers: {}, ...parts });
const asking = (status: number, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: "",
});

const pausedFor = (
  status: number,
  headers: Record<string, string>,
  first: Parts = {},
  second: Parts = first,
  answeredBy?: string,
) => {
  const pauses = createHostPauses();
  pauses.note(request(first), asking(status, headers), NOW, answeredBy);
  const until = pauses.pausedUntil(request(second), NOW);
  return until === undefined ? undefined : (until - NOW) / 1000;
};

describe("createHostPauses", () => {
  it.each([
    ["429 with Retry-After", 429, { "retry-after": "30" }, 30],
    ["503 with Retry-After", 503, { "retry-after": "30" }, 30],
    ["403 with Retry-After", 403, { "retry-after": "30" }, 30],
    ["413 with Retry-After", 413, { "retry-after": "30" }, 30],
    ["an HTTP-date", 429, { "retry-after": "Thu, 01 Jan 2026 00:02:00 GMT" }, 120],
    ["more than twelve hours", 429, { "retry-after": "999999" }, HOURS],
    ["429 with Retry-After in ms", 429, { "retry-after-ms": "2500" }, 3],
    ["403 with a quota's reset", 403, { "x-ratelimit-reset": String(NOW / 1000 + 90) }, 90],
    ["429 without Retry-After", 429, {}, undefined],
    ["503 without Retry-After", 503, {}, undefined],
    ["403 without Retry-After", 403, {}, undefined],
    ["a Retry-After that cannot be read", 429, { "retry-after": "soon" }, undefined],
    ["a Retry-After of 0", 429, { "retry-after": "0" }, undefined],
    ["202 with Retry-After: for that poll only", 202, { "retry-after": "30" }, undefined],
    ["500 with Retry-After", 500, { "retry-after": "30" }, undefined],
  ] as const)("%s", (_name, status, headers, seconds) => {
    expect(pausedFor(status, headers)).toBe(seconds);
  });

  const KEY = { authorization: "Bearer one" };
  it.each([
    ["another path", "https://api.example/else?x=1", HOURS],
    ["a capitalised name", "https://API.example/", HOURS],
    ["the root dot", "https://api.example./", HOURS],
    ["the default port, written out", "https://api.example:443/", HOURS],
    ["another port", "https://api.example:8443/", undefined],
    ["another host", "https://other.example/", undefined],
  ] as const)("pauses a URL that has %s", (_name, url, seconds) => {
    expect(
      pausedFor(429, { "retry-after": `${HOURS}` }, { headers: KEY }, { headers: KEY, url }),
    ).toBe(seconds);
  });

  it.each([
    ["the header name in another case", KEY, { headers: { Authorization: "Bearer one" } }],
    ["other headers beside them", KEY, { headers: { ...KEY, accept: "*/*" } }],
    ["a key in its own header", { "x-api-key": "1" }, { headers: { "X-API-Key": "1" } }],
  ])("holds requests with the same credentials until then: %s", (_, headers, second: Parts) => {
    const url = "https://api.example/other";
    expect(pausedFor(429, { "retry-after": `${HOURS}` }, { headers }, { ...second, url })).toBe(
      HOURS,
    );
  });

  it("holds requests with the same secret until then", () => {
    const auth = { secret: "ssm:/polls/key" };
    const second = { auth, url: "https://api.example/other" };
    expect(pausedFor(429, { "retry-after": `${HOURS}` }, { auth }, second)).toBe(HOURS);
  });

  it.each([
    ["another token", { headers: { authorization: "Bearer two" } }],
    ["another key beside the same token", { headers: { ...KEY, "x-api-key": "2" } }],
    ["a cookie", { headers: { cookie: "session=1" } }],
    ["a secret", { auth: { secret: "ssm:/polls/key" } }],
    ["no credentials", {}],
  ] satisfies [string, Parts][])("holds no request with other credentials: %s", (_, second) => {
    const asked = { "retry-after": `${HOURS}` };
    expect(pausedFor(429, asked, { headers: KEY }, second)).toBeUndefined();
    expect(pausedFor(429, asked, second, { headers: KEY })).toBeUndefined();
  });

  it("without credentials, holds the same request until then and other requests for a minute", () => {
    const asked = { "retry-after": `${HOURS}` };
    const other = { url: "https://api.example/other" };
    expect(pausedFor(429, asked)).toBe(HOURS);
    expect(pausedFor(429, asked, {}, other)).toBe(60);
    expect(pausedFor(429, { "retry-after": "30" }, {}, other)).toBe(30);
    expect(pausedFor(429, asked, {}, { url: "https://other.example/" })).toBeUndefined();
  });

  it("a pause of a redirect's target is one without credentials, because it received none", () => {
    const asked = { "retry-after": `${HOURS}` };
    const target = "https://cdn.example/1";
    expect(pausedFor(429, asked, { headers: KEY }, { url: target }, target)).toBe(HOURS);
    expect(
      pausedFor(429, asked, { headers: KEY }, { url: target, headers: KEY }, target),
    ).toBeUndefined();
    expect(pausedFor(429, asked, { headers: KEY }, { headers: KEY }, target)).toBeUndefined();
    const own = "https://api.example/moved";
    expect(pausedFor(429, asked, { headers: KEY }, { headers: KEY }, own)).toBe(HOURS);
  });

  it("ends when its time is over", () => {
    const pauses = createHostPauses();
    pauses.note(request(), asking(429, { "retry-after": "30" }), NOW);
    expect(pauses.pausedUntil(request(), NOW + 29_999)).toBe(NOW + 30_000);
    expect(pauses.pausedUntil(request(), NOW + 30_000)).toBeUndefined();
  });

  it("keeps the longest pause that the host asked for", () => {
    const pauses = createHostPauses();
    for (const seconds of ["10", "30", "20"]) {
      pauses.note(request(), asking(429, { "retry-after": seconds }), NOW);
    }
    expect(pauses.pausedUntil(request(), NOW)).toBe(NOW + 30_000);
  });
});
