import type { Preset } from "./preset.ts";

/**
 * A report run of Meta's Ads Insights: Job Not Started, Job Started, Job Running; Job Completed; Job Failed, Job
 * Skipped.
 *
 * @see https://developers.facebook.com/docs/marketing-api/insights/best-practices (asynchronous jobs)
 * @see https://developers.facebook.com/blog/post/2026/01/08/enhanced-error-messaging-for-ads-insights-async-api/
 * @see airbytehq/airbyte source-facebook-marketing streams/async_job.py
 */
export const metaInsights: Preset = {
  about: "Meta Ads Insights report run",
  source: "https://developers.facebook.com/docs/marketing-api/insights/best-practices",
  failure: "contains(['job failed', 'job skipped'], lower(body.async_status || ''))",
  success: "lower(body.async_status || '') == 'job completed'",
  next: "step == 'start' && body.report_run_id && join('/', ['..', to_string(body.report_run_id)])",
  fetch: "step == 'poll' && join('/', [trim_right(request.path, '/'), 'insights'])",
  result: "body",
  error: "body.error_message || body.error",
};
