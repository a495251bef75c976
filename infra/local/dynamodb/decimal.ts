import { validationError } from "./dynamodb-error.ts";

/**
 * A DynamoDB number: `digits` times ten to the `exponent`. It has no trailing zeros, so that equal numbers look alike.
 */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Amazon DynamoDB, "Supported data types and naming rules", Number: 38 digits, magnitudes 1E-130 to 9.99E+125. */
const MAX_DIGITS = 38;
const MAX_MAGNITUDE = 125;
const MIN_MAGNITUDE = -130;

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,5}))?$/;

/** A longer text would take seconds to read, and no program writes a number so. */
const MAX_CHARACTERS = 1000;

/** @throws DynamoDbError ValidationException when the text is not a number, or DynamoDB cannot store it */
export function parseDecimal(text: string): Decimal {
  if (text.length > MAX_CHARACTERS) throw tooManyDigits();
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = NUMBER.exec(text) ?? [];
  if (whole + fraction === "") {
    throw validationError(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  const digits = (whole + fraction).replace(/^0+/, "");
  const kept = digits.replace(/0+$/, "");
  if (kept === "") return { digits: 0n, exponent: 0 };
  return inRange({
    digits: BigInt(sign === "-" ? `-${kept}` : kept),
    exponent: Number(exponent) - fraction.length + (digits.length - kept.length),
  });
}

/** Plain notation, as in DynamoDB's answers: `-0.5`, `100`. */
export function decimalText({ digits, exponent }: Decimal): string {
  const sign = digits < 0n ? "-" : "";
  const all = unsigned(digits);
  if (exponent >= 0) return sign + all + "0".repeat(exponent);
  const padded = all.padStart(1 - exponent, "0");
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

/** @returns a negative number, 0 or a positive number, as sort functions do */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : Number(left > right);
}

/** @throws DynamoDbError ValidationException when the sum has more digits than DynamoDB can store */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const [left, right] = aligned(a, b);
  const sum = { digits: left + right, exponent: Math.min(a.exponent, b.exponent) };
  return parseDecimal(`${sum.digits}e${sum.exponent}`);
}

export function negated({ digits, exponent }: Decimal): Decimal {
  return { digits: -digits, exponent };
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint] {
  const exponent = Math.min(a.exponent, b.exponent);
  const scaled = (of: Decimal) => of.digits * 10n ** BigInt(of.exponent - exponent);
  return [scaled(a), scaled(b)];
}

function inRange(decimal: Decimal): Decimal {
  const { length } = unsigned(decimal.digits);
  const magnitude = length - 1 + decimal.exponent;
  if (magnitude > MAX_MAGNITUDE) {
    throw validationError(
      "Number overflow. Attempting to store a number with magnitude larger than supported range",
    );
  }
  if (magnitude < MIN_MAGNITUDE) {
    throw validationError(
      "Number underflow. Attempting to store a number with magnitude smaller than supported range",
    );
  }
  if (length > MAX_DIGITS) {
    throw tooManyDigits();
  }
  return decimal;
}

function tooManyDigits(): Error {
  return validationError(
    `Attempting to store more than ${MAX_DIGITS} significant digits in a Number`,
  );
}

function unsigned(digits: bigint): string {
  return String(digits < 0n ? -digits : digits);
}
