const SECONDS_IN = { s: 1, m: 60, h: 3_600, d: 86_400 } as const;

const DURATION = /^(?<amount>\d+)(?<unit>[smhd]?)$/;

/** Ten years: a longer duration is a typing error, and its end may not fit the four-digit year of ISO 8601. */
const LONGEST = "3650d";

const isUnit = (text: string): text is keyof typeof SECONDS_IN => text in SECONDS_IN;

/**
 * Parses a duration in the form of the command line.
 *
 * @param text `45s`, `10m`, `2h`, `1d`, or a bare number of seconds.
 * @param longest The longest duration that is allowed, in the same form.
 * @returns Whole seconds.
 * @throws {RangeError} when the text is not a duration, or too long.
 */
export function parseDurationSeconds(text: string, longest: string = LONGEST): number {
  const seconds = secondsIn(text);
  if (seconds <= secondsIn(longest)) return seconds;
  throw new RangeError(`Write 45s, 10m, 2h, 1d, or a number of seconds, at most ${longest}.`);
}

/** NaN when the text is not a duration. */
function secondsIn(text: string): number {
  const { amount, unit } = DURATION.exec(text.trim())?.groups ?? {};
  return Number(amount) * (unit !== undefined && isUnit(unit) ? SECONDS_IN[unit] : 1);
}

/** Formats seconds for people: `0 s`, `42 s`, `3 min 5 s`, `2 h 10 min`, `1 d 4 h`. */
export function formatSeconds(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return twoUnits(whole, 60, "min", 1, "s");
  if (whole < 86_400) return twoUnits(whole, 3_600, "h", 60, "min");
  return twoUnits(whole, 86_400, "d", 3_600, "h");
}

function twoUnits(
  seconds: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string,
): string {
  const rest = Math.floor((seconds % large) / small);
  const first = `${Math.floor(seconds / large)} ${largeName}`;
  return rest === 0 ? first : `${first} ${rest} ${smallName}`;
}
