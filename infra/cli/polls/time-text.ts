import { formatSeconds } from "../duration.ts";

/** A time, seen from now: `in 20 s`, `5 min ago`, `now`. @param now in epoch ms */
export function fromNow(time: string, now: number): string {
  const seconds = Math.round((Date.parse(time) - now) / 1000);
  if (Number.isNaN(seconds)) return time;
  if (seconds === 0) return "now";
  return seconds > 0 ? `in ${formatSeconds(seconds)}` : `${formatSeconds(-seconds)} ago`;
}
