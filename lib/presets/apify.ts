import type { Preset } from "./preset.ts";

/**
 * A run of an Apify actor or task: READY, RUNNING, TIMING-OUT, ABORTING; SUCCEEDED; FAILED, TIMED-OUT, ABORTED. The
 * result is the items of its default dataset. A run that has just been started may be unknown (404) to a replica for a
 * moment.
 *
 * @see https://docs.apify.com/platform/actors/running/runs-and-builds#lifecycle (apify/apify-shared-js
 *   packages/consts/src/consts.ts)
 * @see apify/apify-client-js src/base/resource_client.ts: _waitForFinish, for the replicas
 */
export const apify: Preset = {
  about: "Apify actor run",
  source: "https://docs.apify.com/platform/actors/running/runs-and-builds#lifecycle",
  pending: "step == 'poll' && status == `404` && retryCount < `3`",
  failure: "contains(['failed', 'timed-out', 'aborted'], lower(body.data.status || ''))",
  success: "lower(body.data.status || '') == 'succeeded'",
  next: "step == 'start' && join('/', [split(request.path, '/v2/')[0], 'v2/actor-runs', body.data.id])",
  fetch:
    "body.data.defaultDatasetId && join('/', [split(request.path, '/v2/')[0], 'v2/datasets', body.data.defaultDatasetId, 'items'])",
  result: "body",
  error: "body.data.statusMessage || body.error",
};
