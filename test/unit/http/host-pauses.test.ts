import { describe, expect, it } from "vitest";
import { createHostPauses } from "../../../lib/http/host-pauses.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const URL = "https://api.example/jobs/1";

const pausedFor = (status: number, retryAfter?: string, url = "https://api.example/jobs/2") => {
  const pauses = createHostPauses();
  const headers: Record<string, string> =
    retryAfter === undefined ? {} : { "retry-after": retryAfter };
  pauses.note(URL, { status, headers, body: "" }, NOW);
  const until = pauses.pausedUntil(url, NOW);
  return until === undefined ? undefined : (until - NOW) / 1000;
};

describe("createHostPauses", () => {
  it.each([
    ["429 with Retry-After", 429, "30", 30],
    ["503 with Retry-After", 503, "30", 30],
    ["an HTTP-date", 429, "Thu, 01 Jan 2026 00:02:00 GMT", 120],
    ["more than twelve hours", 429, "999999", 43_200],
    ["429 without Retry-After", 429, undefined, undefined],
    ["503 without Retry-After", 503, undefined, undefined],
    ["a Retry-After that cannot be read", 429, "soon", undefined],
    ["no time at all", 429, "0", undefined],
    ["202 with Retry-After: that poll's, not the host's", 202, "30", undefined],
    ["500 with Retry-After", 500, "30", undefined],
  ] as const)("%s", (_name, status, retryAfter, seconds) => {
    expect(pausedFor(status, retryAfter)).toBe(seconds);
  });

  it.each([
    ["another path", "https://api.example/else?x=1", 30],
    ["a host in capitals", "https://API.example/", 30],
    ["the same port, written out", "https://api.example:443/", 30],
    ["another port", "https://api.example:8443/", undefined],
    ["another host", "https://other.example/", undefined],
  ] as const)("%s of the host that asked", (_name, url, seconds) => {
    expect(pausedFor(429, "30", url)).toBe(seconds);
  });

  it("ends by itself", () => {
    const pauses = createHostPauses();
    pauses.note(URL, { status: 429, headers: { "retry-after": "30" }, body: "" }, NOW);
    expect(pauses.pausedUntil(URL, NOW + 29_999)).toBe(NOW + 30_000);
    expect(pauses.pausedUntil(URL, NOW + 30_000)).toBeUndefined();
  });

  it("keeps the longest that was asked for", () => {
    const pauses = createHostPauses();
    for (const seconds of ["10", "30", "20"]) {
      pauses.note(URL, { status: 429, headers: { "retry-after": seconds }, body: "" }, NOW);
    }
    expect(pauses.pausedUntil(URL, NOW)).toBe(NOW + 30_000);
  });
});
