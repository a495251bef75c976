const UNITS = [
  { name: "d", seconds: 86_400 },
  { name: "h", seconds: 3600 },
  { name: "min", seconds: 60 },
  { name: "s", seconds: 1 },
] as const;

/** A duration in its two largest units: `2 min 31 s`, `3 h`, `0 s`. @param seconds not negative */
export function durationWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const first = UNITS.findIndex((unit) => whole >= unit.seconds);
  const unit = UNITS[first];
  if (unit === undefined) return "0 s";
  const second = UNITS[first + 1];
  const rest = second === undefined ? 0 : Math.floor((whole % unit.seconds) / second.seconds);
  const words = `${Math.floor(whole / unit.seconds)} ${unit.name}`;
  return second === undefined || rest === 0 ? words : `${words} ${rest} ${second.name}`;
}

/** A latency: `34 ms`, `2.4 s`, `31 s`. */
export function latencyWords(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds >= 10 || Number.isInteger(seconds)) return durationWords(seconds);
  return `${seconds.toFixed(1)} s`;
}

/** The seconds from one ISO 8601 time to another, or to an epoch time in ms; negative when it was before. */
export function secondsBetween(from: string, to: string | number): number {
  return ((typeof to === "string" ? Date.parse(to) : to) - Date.parse(from)) / 1000;
}

/** A time of day in UTC, as logs and outcomes say it, with the date on another day than today. @param now in epoch ms */
export function clockWords(time: string, now: number): string {
  const [day, clock] = new Date(time).toISOString().split("T");
  const [today] = new Date(now).toISOString().split("T");
  const words = `${clock?.slice(0, 8)}`;
  return day === today ? words : `${day} ${words}`;
}

/** Words that break on no line between a number and its unit. */
export function unbroken(words: string): string {
  return words.replaceAll(/(?<=\d) (?=(?:d|h|min|ms|s)\b)/g, "\u00a0");
}

/** `1st`, `2nd`, `3rd`, `11th`. */
export function ordinal(number: number): string {
  const isTeen = number % 100 >= 11 && number % 100 <= 13;
  const ending = isTeen ? "th" : (["th", "st", "nd", "rd"][number % 10] ?? "th");
  return `${number}${ending}`;
}

/** `1 poll`, `2 polls`, `12,000 polls`. */
export function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString("en-US")} ${count === 1 ? one : many}`;
}
