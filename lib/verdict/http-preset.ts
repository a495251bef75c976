import type { ResponseHead } from "../http/http-request.ts";
import { asksForPause } from "../timing/retry-after.ts";
import type { Verdict } from "./verdict.ts";

const SUCCESS = new Set([200, 201, 203, 204, 205, 206]);
const PENDING = new Set([202, 425, 429]);
/** 520 to 530: Cloudflare got no answer from the server behind it; 529: AI APIs are "overloaded". */
const TRANSIENT = new Set([408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529, 530]);

/** The preset `http`: judges a response by its status, and by headers that ask to come back later. */
export function judgeByHttpPreset(response: ResponseHead): Verdict {
  const { status } = response;
  if (SUCCESS.has(status)) return { kind: "success" };
  if (PENDING.has(status) || asksForPause(response)) return { kind: "pending" };
  const error = { name: "HttpStatusError", message: `the server answered ${status}` };
  return TRANSIENT.has(status) ? { kind: "transient", error } : { kind: "failure", error };
}
