/**
 * Refuses a value that is not a whole number within limits.
 *
 * @param what the name of the value in errors, for example `runStack: batchSize`
 * @throws {RangeError}
 */
export function checkWholeNumber(what: string, value: number, least: number, most?: number): void {
  const isWithin = value >= least && (most === undefined || value <= most);
  if (Number.isSafeInteger(value) && isWithin) return;
  const bounds = most === undefined ? `of ${least} or more` : `from ${least} to ${most}`;
  throw new RangeError(`${what} must be a whole number ${bounds}, got ${value}`);
}
