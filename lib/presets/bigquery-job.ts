import type { Preset } from "./preset.ts";

/**
 * A job of BigQuery: PENDING, RUNNING, DONE. `status.errorResult` says that it has failed; `status.errors` is also
 * filled for jobs that have succeeded. The path of `selfLink` is polled on the host that was asked, which has the
 * credentials.
 *
 * @see https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobStatus
 */
export const bigqueryJob: Preset = {
  about: "Google BigQuery job",
  source: "https://cloud.google.com/bigquery/docs/reference/rest/v2/Job#JobStatus",
  failure: "lower(body.status.state || '') == 'done' && body.status.errorResult",
  success: "lower(body.status.state || '') == 'done'",
  next: "step == 'start' && body.selfLink && join('/', ['', split(body.selfLink, '/')[3:] | join('/', @)])",
  result: "body.statistics",
  error: "body.status.errorResult || body.error",
};
