import type { Preset } from "./preset.ts";

/**
 * An operation of Google Compute Engine, and of Cloud SQL, which has the same form: PENDING, RUNNING, DONE. DONE says
 * nothing of success ("completed processing successfully or with an error"): `error` decides. `selfLink` is on
 * www.googleapis.com whatever host was asked, so its path is polled on the host that was.
 *
 * @see https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses
 * @see https://cloud.google.com/compute/docs/reference/rest/v1/globalOperations
 */
export const gcpCompute: Preset = {
  about: "Google Compute Engine operation",
  source: "https://cloud.google.com/compute/docs/api/how-tos/api-requests-responses",
  failure: "lower(body.status || '') == 'done' && body.error",
  success: "lower(body.status || '') == 'done'",
  next: "step == 'start' && body.selfLink && join('/', ['', split(body.selfLink, '/')[3:] | join('/', @)])",
  result: "body.targetLink",
  error: "body.error",
};
