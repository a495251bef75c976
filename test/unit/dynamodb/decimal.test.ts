import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addDecimals,
  compareDecimals,
  decimalText,
  parseDecimal,
} from "../../../infra/local/dynamodb/decimal.ts";

const texts: [given: string, shown: string][] = [
  ["0", "0"],
  ["-0", "0"],
  ["007", "7"],
  ["1.50", "1.5"],
  [".5", "0.5"],
  ["-0.00120", "-0.0012"],
  ["1e2", "100"],
  ["1200E-3", "1.2"],
  ["9007199254740993", "9007199254740993"],
  [`0.${"0".repeat(129)}1`, `0.${"0".repeat(129)}1`],
];
it.each(texts)("shows %s as %s", (given, shown) => {
  expect(decimalText(parseDecimal(given))).toBe(shown);
});

const refused: [given: string, reason: string][] = [
  ["", "cannot be converted"],
  ["9".repeat(3_000_000), "more than 38 significant digits"],
  [".", "cannot be converted"],
  ["1 ", "cannot be converted"],
  ["NaN", "cannot be converted"],
  ["0x10", "cannot be converted"],
  ["1e126", "overflow"],
  ["1e-131", "underflow"],
  ["1".repeat(39), "38 significant digits"],
];
it.each(refused)("refuses '%s'", (given, reason) => {
  expect(() => parseDecimal(given)).toThrow(reason);
});

describe("arithmetic", () => {
  it("is exact where binary fractions are not", () => {
    const sum = addDecimals(parseDecimal("0.1"), parseDecimal("0.2"));
    expect(decimalText(sum)).toBe("0.3");
  });

  it("agrees with integers", () => {
    const integer = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
    fc.assert(
      fc.property(integer, integer, (a, b) => {
        const [left, right] = [parseDecimal(String(a)), parseDecimal(String(b))];
        expect(decimalText(addDecimals(left, right))).toBe(String(a + b));
        expect(Math.sign(compareDecimals(left, right))).toBe(a < b ? -1 : Number(a > b));
      }),
    );
  });
});
