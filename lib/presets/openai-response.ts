import type { Preset } from "./preset.ts";

/**
 * A response of OpenAI in background mode: queued, in_progress; completed; failed, incomplete, cancelled. What an
 * incomplete one has written so far is its result, too.
 *
 * @see https://platform.openai.com/docs/guides/background
 * @see https://platform.openai.com/docs/api-reference/responses/object
 */
export const openaiResponse: Preset = {
  about: "OpenAI response in background mode",
  source: "https://platform.openai.com/docs/guides/background",
  failure: "contains(['failed', 'incomplete', 'cancelled'], lower(body.status || ''))",
  success: "lower(body.status || '') == 'completed'",
  next: "step == 'start' && replace(request.url, request.path, join('/', [trim_right(request.path, '/'), body.id]))",
  result: "body.output",
  error: "body.error || body.incomplete_details",
};
