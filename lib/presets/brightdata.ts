import type { Preset } from "./preset.ts";

/**
 * A snapshot of Bright Data's Web Scraper API: starting, running, and in other places building and collecting; ready;
 * failed, canceled, in other places cancelled.
 *
 * @see https://docs.brightdata.com/api-reference/scrapers/management-apis/monitor-progress
 * @see https://docs.brightdata.com/api-reference/troubleshooting (`error_message`)
 */
export const brightdata: Preset = {
  about: "Bright Data snapshot",
  source: "https://docs.brightdata.com/api-reference/scrapers/management-apis/monitor-progress",
  failure: "contains(['failed', 'canceled', 'cancelled'], lower(body.status || ''))",
  success: "lower(body.status || '') == 'ready'",
  next: "step == 'start' && join('/', ['progress', body.snapshot_id])",
  fetch: "step == 'poll' && join('/', ['..', 'snapshot', body.snapshot_id])",
  result: "body",
  error: "body.error_message || body.error",
};
