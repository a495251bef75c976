import type { Preset } from "./preset.ts";

/**
 * A generation of Stability AI (v2beta): its result answers 202 while in progress, and 200 with bytes, or with JSON by
 * `Accept`.
 *
 * @see https://platform.stability.ai/docs/api-reference#tag/Image-to-Video
 */
export const stability: Preset = {
  about: "Stability AI v2beta generation",
  source: "https://platform.stability.ai/docs/api-reference#tag/Image-to-Video",
  success: "step == 'poll' && status == `200`",
  next: "step == 'start' && body.id && join('/', [request.path, 'result', body.id])",
  result: "body",
  error: "body",
};
