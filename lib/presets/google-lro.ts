import type { Preset } from "./preset.ts";

/**
 * An operation of a Google API (AIP-151): `name`, `done`, then `error` or `response`. The operation is at the version of
 * the start's path. "Some services might not provide the result": done with neither has succeeded, with no result.
 *
 * @see https://google.aip.dev/151
 * @see googleapis/googleapis google/longrunning/operations.proto, for an end without a result
 */
export const googleLro: Preset = {
  about: "Google API operation (AIP-151)",
  source: "https://google.aip.dev/151",
  failure: "body.done && body.error",
  success: "body.done",
  next: "step == 'start' && body.name && join('/', ['', split(request.path, '/')[1], body.name])",
  result: "body.response",
  error: "body.error",
};
