import type { Preset } from "./preset.ts";

/**
 * A job of Salesforce's Bulk API 2.0: Open, UploadComplete, InProgress; JobComplete; Failed, Aborted. A query's result
 * is the first page of its CSV; `sforce-locator` names the next, and says `null` at the end. An ingest job has no
 * result of its own: it counts the records that failed.
 *
 * @see https://developer.salesforce.com/docs/platform/api-asynch/guide/bulk-api-2-job-states.html
 */
export const salesforceBulk: Preset = {
  about: "Salesforce Bulk API 2.0 job",
  source:
    "https://developer.salesforce.com/docs/platform/api-asynch/guide/bulk-api-2-job-states.html",
  failure: "contains(['failed', 'aborted'], lower(body.state || ''))",
  success: "lower(body.state || '') == 'jobcomplete'",
  next: "step == 'start' && join('/', [trim_right(request.path, '/'), body.id])",
  fetch:
    "step == 'poll' && contains(request.path, '/query/') && join('/', [trim_right(request.path, '/'), 'results'])",
  result: "body",
  error: "body.errorMessage || body[0].message",
};
