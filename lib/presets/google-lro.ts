import type { Preset } from "./preset.ts";

/** The path up to its version: v1, v1beta1, v1p1beta1. */
const BEFORE_NAME = [
  "(let $version = split(request.path, '/')[?starts_with(@, 'v') && to_number(@[1:2])] | [0] in ",
  "join('', [split(request.path, join('', ['/', $version, '/']))[0], '/', $version]))",
].join("");

const NAME = "contains(body.name, '/') && body.name || join('/', ['operations', body.name])";

/**
 * An operation of a Google API (AIP-151): `name`, `done`, then `error` or `response`. The operation is at the version
 * in the start's path; a name without a slash is one of `operations`, as at Speech-to-Text. "Some services might not
 * provide the result": done with neither has succeeded, with no result.
 *
 * @see https://google.aip.dev/151
 * @see https://cloud.google.com/speech-to-text/docs/reference/rest/v1/operations/get
 * @see googleapis/googleapis google/longrunning/operations.proto, for an end without a result
 */
export const googleLro: Preset = {
  about: "Google API operation (AIP-151)",
  source: "https://google.aip.dev/151",
  failure: "body.done && body.error",
  success: "body.done",
  next: `step == 'start' && body.name && join('/', [${BEFORE_NAME}, ${NAME}])`,
  result: "body.response",
  error: "body.error",
};
