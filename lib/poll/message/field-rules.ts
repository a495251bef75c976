import * as z from "zod/mini";

/**
 * The text beside each rule is the error that the sender reads. It says what the field must be, and never shows its
 * value, which may be a secret.
 */
export const must = (expected: string) => ({ error: `must be ${expected}` });

export const integer = (minimum: number, maximum: number) => {
  const error = must(`an integer from ${minimum} to ${maximum}`);
  return z.int(error).check(z.gte(minimum, error), z.lte(maximum, error));
};

export const number = (minimum: number, maximum: number) => {
  const error = must(`a number from ${minimum} to ${maximum}`);
  return z.number(error).check(z.gte(minimum, error), z.lte(maximum, error));
};
