import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MAX_RETRY_AFTER_SECONDS, retryAfterSeconds } from "../../../lib/timing/retry-after.ts";

/** A minute before RFC 9110's example date. */
const NOW = Date.UTC(1994, 10, 6, 8, 48, 37);
const secondsOf = (value: string | undefined, now = NOW) => retryAfterSeconds(value, now);

describe("retryAfterSeconds", () => {
  it.each([
    ["0", 0],
    ["120", 120],
    [" 120 ", 120],
    ["007", 7],
    ["43200", 43_200],
    ["43201", MAX_RETRY_AFTER_SECONDS],
    ["9".repeat(400), MAX_RETRY_AFTER_SECONDS],
  ])("delay-seconds %s: %s", (value, seconds) => {
    expect(secondsOf(value)).toBe(seconds);
  });

  it.each([
    ["IMF-fixdate", "Sun, 06 Nov 1994 08:49:37 GMT", 60],
    ["rfc850-date", "Sunday, 06-Nov-94 08:49:37 GMT", 60],
    ["asctime-date", "Sun Nov  6 08:49:37 1994", 60],
    ["asctime-date with a day of two digits", "Sun Nov 13 08:49:37 1994", MAX_RETRY_AFTER_SECONDS],
    ["a date that has passed", "Sun, 06 Nov 1994 08:00:00 GMT", 0],
    ["a date far away", "Sun, 06 Nov 2033 08:49:37 GMT", MAX_RETRY_AFTER_SECONDS],
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
    "1.5",
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
  ])("takes none from %j", (value) => {
    expect(secondsOf(value)).toBeUndefined();
  });

  it("reads every IMF-fixdate, in milliseconds of the clock", () => {
    const ms = fc.integer({ min: 0, max: 40_000_000 });
    fc.assert(
      fc.property(ms, (ahead) => {
        const date = new Date(NOW + ahead).toUTCString();
        const expected = (Date.parse(date) - NOW) / 1000;
        expect(secondsOf(date)).toBe(expected);
      }),
    );
  });

  it("never leaves 0 to 43200, whatever a server says", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\d{1,30}$/)), (value) => {
        const seconds = secondsOf(value) ?? 0;
        expect(seconds).toBeGreaterThanOrEqual(0);
        expect(seconds).toBeLessThanOrEqual(MAX_RETRY_AFTER_SECONDS);
      }),
    );
  });
});
