import type { Preset } from "./preset.ts";

/**
 * A task of Black Forest Labs: Pending; Ready; Error, Request Moderated, Content Moderated, Task not found, all in a
 * 200; and Failed, which BerriAI/litellm takes for an end.
 * `polling_url` is often on another origin than the start's: a region.
 *
 * @see https://docs.bfl.ai/api_integration/errors
 * @see https://docs.bfl.ai/quick_start/generating_images (`polling_url`)
 */
export const bfl: Preset = {
  about: "Black Forest Labs (FLUX) task",
  source: "https://docs.bfl.ai/api_integration/errors",
  failure:
    "contains(['error', 'failed', 'request moderated', 'content moderated', 'task not found'], lower(body.status || ''))",
  success: "lower(body.status || '') == 'ready'",
  next: "body.polling_url",
  result: "body.result.sample",
  error: "body.status || body.detail",
};
