import type { HttpResponse } from "../http/http-request.ts";
import type { Verdict } from "./verdict.ts";

const SUCCESS = new Set([200, 201, 203, 204, 205, 206]);
const PENDING = new Set([202, 425, 429]);
const TRANSIENT = new Set([408, 500, 502, 503, 504]);

/** The preset `http`: judges a response by its status alone (and Retry-After, for a 503). */
export function judgeByHttpPreset({ status, headers }: HttpResponse): Verdict {
  if (SUCCESS.has(status)) return { kind: "success" };
  if (PENDING.has(status)) return { kind: "pending" };
  // A 503 that says when to come back is a host asking for a pause, not one that is broken.
  if (status === 503 && headers["retry-after"] !== undefined) return { kind: "pending" };
  const error = { name: "HttpStatusError", message: `the server answered ${status}` };
  return TRANSIENT.has(status) ? { kind: "transient", error } : { kind: "failure", error };
}
