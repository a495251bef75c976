import type { Preset } from "./preset.ts";

/**
 * A request in fal's queue: IN_QUEUE, IN_PROGRESS; COMPLETED. COMPLETED includes failures: only the answer of
 * `response_url` tells. Both URLs are taken as fal names them: they lack the model's sub-path.
 *
 * @see https://fal.ai/docs/model-apis/model-endpoints/queue (fal-ai/fal-js libs/client/src/queue.ts)
 */
export const fal: Preset = {
  about: "fal queue request",
  source: "https://fal.ai/docs/model-apis/model-endpoints/queue",
  success: "lower(body.status || '') == 'completed'",
  next: "body.status_url",
  fetch: "body.response_url",
  result: "body",
  error: "body",
};
