import type { Preset } from "./preset.ts";

/**
 * A run of an Apify actor or task: READY, RUNNING, TIMING-OUT, ABORTING; SUCCEEDED; FAILED, TIMED-OUT, ABORTED. The result
 * is the items of its default dataset.
 *
 * @see https://docs.apify.com/platform/actors/running/runs-and-builds#lifecycle (apify/apify-shared-js
 *   packages/consts/src/consts.ts)
 */
export const apify: Preset = {
  about: "Apify actor run",
  source: "https://docs.apify.com/platform/actors/running/runs-and-builds#lifecycle",
  failure: "contains(['failed', 'timed-out', 'aborted'], lower(body.data.status || ''))",
  success: "lower(body.data.status || '') == 'succeeded'",
  next: "step == 'start' && join('/', ['/v2/actor-runs', body.data.id])",
  fetch:
    "body.data.defaultDatasetId && join('/', ['/v2/datasets', body.data.defaultDatasetId, 'items'])",
  result: "body",
  error: "body.data.statusMessage || body.error",
};
