import type { Preset } from "./preset.ts";

/**
 * A message batch of Anthropic: in_progress, canceling; ended. `ended` is the only end: a batch that was canceled, or
 * of which every request failed, ends so too, and its results say it. `results_url` needs the same key.
 *
 * @see https://platform.claude.com/docs/en/api/messages/batches (anthropics/anthropic-sdk-typescript
 *   src/resources/messages/batches.ts)
 */
export const anthropicBatch: Preset = {
  about: "Anthropic message batch",
  source: "https://platform.claude.com/docs/en/api/messages/batches",
  success: "lower(body.processing_status || '') == 'ended'",
  next: "step == 'start' && join('/', [trim_right(request.path, '/'), body.id])",
  fetch: "body.results_url",
  result: "body",
  error: "body.error",
};
