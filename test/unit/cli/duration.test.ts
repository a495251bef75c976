import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatSeconds, parseDurationSeconds } from "../../../infra/cli/duration.ts";

describe("parseDurationSeconds", () => {
  it.each([
    ["0", 0],
    ["45", 45],
    ["30s", 30],
    ["10m", 600],
    ["2h", 7_200],
    ["1d", 86_400],
    [" 5m ", 300],
    ["3650d", 315_360_000],
  ])("reads %j as %i seconds", (text, seconds) => {
    expect(parseDurationSeconds(text)).toBe(seconds);
  });

  it.each([
    "",
    "s",
    "1.5h",
    "-1",
    "10 m",
    "5ms",
    "1h30m",
    "5M",
    "0x10",
    "1e3",
    "3651d",
    "9".repeat(400),
  ])("refuses %j and says how a duration is written", (text) => {
    expect(() => parseDurationSeconds(text)).toThrow("Write 45s, 10m, 2h, 1d");
  });

  it("returns whole seconds that grow with the amount", () => {
    fc.assert(
      fc.property(fc.nat(3_649), fc.constantFrom("", "s", "m", "h", "d"), (amount, unit) => {
        const seconds = parseDurationSeconds(`${amount}${unit}`);
        expect(Number.isInteger(seconds)).toBe(true);
        expect(parseDurationSeconds(`${amount + 1}${unit}`)).toBeGreaterThan(seconds);
      }),
    );
  });
});

describe("formatSeconds", () => {
  it.each([
    [-3, "0 s"],
    [0, "0 s"],
    [0.2, "1 s"],
    [59, "59 s"],
    [60, "1 min"],
    [185, "3 min 5 s"],
    [7_800, "2 h 10 min"],
    [100_800, "1 d 4 h"],
    [86_400, "1 d"],
  ])("writes %d as %j", (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});
