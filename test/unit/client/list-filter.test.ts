import { expect, it } from "vitest";
import { isListed } from "../../../lib/client/list-filter.ts";

const of = (origin: string | undefined) => ({
  pollId: "p",
  state: "waiting" as const,
  step: "poll" as const,
  retryCount: 0,
  startedAt: "2026-01-01T00:00:00.000Z",
  changedAt: "2026-01-01T00:00:00.000Z",
  history: [],
  ...(origin !== undefined && { origin }),
});

it.each([
  ["https://api.example.com", "api.example.com", true],
  ["https://api.example.com", "API.Example.com", true],
  ["https://api.example.com", "api.example.com:443", true],
  ["https://api.example.com", "api.example.com:8443", false],
  ["https://api.example.com:8443", "api.example.com", true],
  ["https://api.example.com:8443", "api.example.com:8443", true],
  ["http://api.example.com:8443", "api.example.com:443", false],
  ["https://xn--mnchen-3ya.example", "münchen.example", true],
  ["http://[::1]:3000", "[::1]", true],
  ["http://[::1]:3000", "[::1]:3000", true],
  ["https://api.example.com", "example.com", false],
  ["https://api.example.com", "not a host", false],
  [undefined, "api.example.com", false],
  [undefined, "not a host", false],
])("whether a poll of %s is one of the host %s: %s", (origin, host, isIt) => {
  expect(isListed(of(origin), { host })).toBe(isIt);
});
