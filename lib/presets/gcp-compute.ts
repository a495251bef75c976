import type { Preset } from "./preset.ts";

/**
 * An operation of Google Compute Engine, and of Cloud SQL, which has the same form: PENDING, RUNNING, DONE. DONE says
 * nothing of success ("completed processing successfully or with an error"): `error` decides.
 *
 * @see https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses
 * @see https://cloud.google.com/compute/docs/reference/rest/v1/globalOperations
 */
export const gcpCompute: Preset = {
  about: "Google Compute Engine operation",
  source: "https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses",
  failure: "lower(body.status || '') == 'done' && body.error",
  success: "lower(body.status || '') == 'done'",
  next: "body.selfLink",
  result: "body.targetLink",
  error: "body.error",
};
