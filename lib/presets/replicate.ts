import type { Preset } from "./preset.ts";

/**
 * A prediction or training of Replicate: starting, processing; succeeded; failed, canceled, aborted.
 *
 * @see https://replicate.com/docs/topics/predictions/lifecycle
 * @see https://github.com/replicate/replicate-python/pull/460 (`aborted`)
 */
export const replicate: Preset = {
  about: "Replicate prediction or training",
  source: "https://replicate.com/docs/topics/predictions/lifecycle",
  failure: "contains(['failed', 'canceled', 'aborted'], lower(body.status || ''))",
  success: "lower(body.status || '') == 'succeeded'",
  next: "body.urls.get",
  result: "body.output",
  error: "body.error",
};
