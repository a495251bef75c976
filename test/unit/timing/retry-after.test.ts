import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_WAIT_SECONDS } from "../../../lib/limits.ts";
import {
  askedDelaySeconds,
  asksForPause,
  retryAfterSeconds,
} from "../../../lib/timing/retry-after.ts";

/** A minute before RFC 9110's example date. */
const NOW = Date.UTC(1994, 10, 6, 8, 48, 37);
const secondsOf = (value: string | undefined, now = NOW) => retryAfterSeconds(value, now);

describe("retryAfterSeconds", () => {
  it.each([
    ["0", 0],
    ["120", 120],
    [" 120 ", 120],
    ["007", 7],
    ["7.5", 8],
    ["0.001", 1],
    ["12.", 12],
    ["43200", 43_200],
    ["43201", MAX_WAIT_SECONDS],
    ["9".repeat(400), MAX_WAIT_SECONDS],
  ])("delay-seconds %s: %s", (value, seconds) => {
    expect(secondsOf(value)).toBe(seconds);
  });

  const SECONDS = NOW / 1000;
  const LATER = Date.UTC(2026, 10, 26);
  it.each([
    ["in seconds", `${LATER / 1000 + 90}`, LATER, 90],
    ["in seconds with decimals", `${LATER / 1000 + 89.25}`, LATER, 90],
    ["in milliseconds", `${LATER + 89_100}`, LATER, 90],
    ["in the past", `${LATER / 1000 - 90}`, LATER, 0],
    ["in the past, in milliseconds", `${LATER - 90}`, LATER, 0],
    ["far ahead", `${LATER / 1000 + 1_000_000}`, LATER, MAX_WAIT_SECONDS],
    ["from a wrong clock", "1000000000", NOW, MAX_WAIT_SECONDS],
    ["too small to be read as an epoch time", `${SECONDS}`, NOW, MAX_WAIT_SECONDS],
  ])("an epoch %s", (_, value, now, seconds) => {
    expect(secondsOf(value, now)).toBe(seconds);
  });

  it.each([
    ["IMF-fixdate", "Sun, 06 Nov 1994 08:49:37 GMT", 60],
    ["rfc850-date", "Sunday, 06-Nov-94 08:49:37 GMT", 60],
    ["asctime-date", "Sun Nov  6 08:49:37 1994", 60],
    ["asctime-date with a day of two digits", "Sun Nov 13 08:49:37 1994", MAX_WAIT_SECONDS],
    ["a past date", "Sun, 06 Nov 1994 08:00:00 GMT", 0],
    ["a date far in the future", "Sun, 06 Nov 2033 08:49:37 GMT", MAX_WAIT_SECONDS],
  ])("HTTP-date, %s", (_, value, seconds) => {
    expect(secondsOf(value)).toBe(seconds);
  });

  it.each([
    undefined,
    "",
    " ",
    "soon",
    "-1",
    "+5",
    "1.5.0",
    ".5",
    "1e3",
    "0x10",
    "120, 60",
    "120 seconds",
    "1994-11-06T08:49:37Z",
    "Sun, 06 Nov 1994 08:49:37 +0200",
    "Sun, 06 Nov 1994 08:49:37",
    "Sun, 99 Foo 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 99:49:37 GMT",
    "١٢٠",
  ])("is undefined for %j", (value) => {
    expect(secondsOf(value)).toBeUndefined();
  });

  it("reads every IMF-fixdate, relative to a clock in milliseconds", () => {
    const ms = fc.integer({ min: 0, max: 40_000_000 });
    fc.assert(
      fc.property(ms, (ahead) => {
        const date = new Date(NOW + ahead).toUTCString();
        const expected = (Date.parse(date) - NOW) / 1000;
        expect(secondsOf(date)).toBe(expected);
      }),
    );
  });

  it("stays within 0 to 43200, whatever a server sends", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,30}$/)), (value) => {
        const seconds = secondsOf(value) ?? 0;
        expect(seconds).toBeGreaterThanOrEqual(0);
        expect(seconds).toBeLessThanOrEqual(MAX_WAIT_SECONDS);
      }),
    );
  });
});

describe("askedDelaySeconds", () => {
  const LATER = Date.UTC(2026, 10, 26);
  const epoch = LATER / 1000;
  const NONE: number[] = [];
  const ALL = [200, 202, 403, 404, 413, 429, 500, 503];

  it.each([
    [{ "retry-after": "30" }, ALL, 30],
    [{ "retry-after-ms": "1500" }, ALL, 2],
    [{ "x-ms-retry-after-ms": "200" }, ALL, 1],
    [{ "retry-after-ms": "0.5" }, ALL, 1],
    [{ "retry-after-ms": "99999999999" }, ALL, MAX_WAIT_SECONDS],
    [{ "retry-after-ms": "1500", "retry-after": "30" }, ALL, 2],
    [{ "retry-after-ms": "soon", "retry-after": "30" }, ALL, 30],
    [{ "retry-after": "30", "x-ratelimit-reset": "60" }, ALL, 30],
    [{ "x-ratelimit-reset": "60" }, [403, 429], 60],
    [{ "x-ratelimit-reset": `${epoch + 60}` }, [403, 429], 60],
    [{ "x-ratelimit-reset": `${LATER + 60_000}` }, [403, 429], 60],
    [{ "x-ratelimit-reset": `${epoch + 59.5}` }, [403, 429], 60],
    [{ "x-ratelimit-reset": "Thu, 26 Nov 2026 00:01:00 GMT" }, [403, 429], 60],
    [{ "x-ratelimit-reset": `${epoch + 60}`, "x-ratelimit-remaining": "0" }, [403, 429], 60],
    [{ "x-ratelimit-reset": `${epoch + 60}`, "x-ratelimit-remaining": "4999" }, [429], 60],
    [{ "x-rate-limit-reset": `${epoch + 60}` }, [403, 429], 60],
    [{ "x-ratelimit-remaining": "unlimited", "x-ratelimit-reset": "60" }, [429], 60],
    [{ ratelimit: "limit=100;remaining=50;reset=60" }, [429], 60],
    [{ "ratelimit-reset": "60" }, [403, 429], 60],
    [{ "ratelimit-reset": "60", "ratelimit-remaining": "12" }, [429], 60],
    [{ "retry-after": "soon", "ratelimit-reset": "60" }, [403, 429], 60],
    [{ ratelimit: '"default";r=0;t=60' }, [403, 429], 60],
    [{ ratelimit: '"default";t=60' }, [403, 429], 60],
    [{ ratelimit: '"second";r=5;t=1, "day";r=0;t=60' }, [403, 429], 60],
    [{ ratelimit: '"day";r=50;t=3600, "second";r=0;t=60' }, [403, 429], 60],
    [{ ratelimit: "limit=100, remaining=0, reset=60" }, [403, 429], 60],
    [{ ratelimit: "limit=100, remaining=7, reset=60" }, [429], 60],
    [{ ratelimit: "nonsense" }, NONE, 60],
    [{ "x-ratelimit-reset": "60", "x-ratelimit-remaining": "-1" }, [403, 429], 60],
    [{ "x-ratelimit-reset": "60", "x-ratelimit-remaining": "0, 0" }, [403, 429], 60],
    [{ "x-ratelimit-reset-after": "59.2" }, [403, 429], 60],
    [{ "x-ratelimit-reset": "60, 120" }, NONE, 60],
    [{ "x-ratelimit-reset": "" }, NONE, 60],
    [{}, NONE, 60],
  ] satisfies [Record<string, string>, number[], number][])(
    "%j, with the statuses %j: %i s",
    (headers, statuses, seconds) => {
      for (const status of ALL) {
        const expected = statuses.includes(status) ? seconds : undefined;
        expect(askedDelaySeconds({ status, headers }, LATER), `status ${status}`).toBe(expected);
      }
    },
  );

  it.each([
    [{}, [429]],
    [{ "retry-after": "30" }, [403, 413, 429, 503]],
    [{ "retry-after": "soon" }, [403, 413, 429, 503]],
    [{ "retry-after-ms": "30" }, [403, 413, 429, 503]],
    [{ "x-ratelimit-reset": "60" }, [403, 429]],
    [{ "x-ratelimit-reset": "60", "x-ratelimit-remaining": "0" }, [403, 429]],
    [{ "x-ratelimit-reset": "60", "x-ratelimit-remaining": "1" }, [429]],
    [{ "x-ratelimit-remaining": "0" }, [429]],
    [{ ratelimit: "limit=9, remaining=0, reset=60" }, [403, 429]],
    [{ ratelimit: "limit=9, remaining=7, reset=60" }, [429]],
  ] satisfies [Record<string, string>, number[]][])(
    "%j asks for a pause with %j",
    (headers, statuses) => {
      expect(ALL.filter((status) => asksForPause({ status, headers }))).toEqual(statuses);
    },
  );
});
