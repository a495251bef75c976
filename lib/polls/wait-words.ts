import type { WaitReason } from "../history/history.ts";

/**
 * Why a poll waits, in plain words.
 *
 * @param waitReason `undefined`: nothing more is known than that it waits
 */
export function waitWords(waitReason: WaitReason | undefined, waitSeconds: number): string {
  switch (waitReason) {
    case "retry-after":
      return `Retry-After ${Math.round(waitSeconds)}`;
    case "least-delay":
      return "the operator's shortest delay";
    case "expiry":
      return "its last request before it expires";
    case "host-pause":
      return "its host asks for a pause";
    case "no-time":
      return "no time was left in its batch";
    case "next-step":
      return "its next step";
    case "backoff":
      return "backoff";
    case undefined:
      return "its next request";
  }
}
