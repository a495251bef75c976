import type { Preset } from "./preset.ts";

/**
 * A generation of Stability AI (v2beta): its result answers 202 while in progress, and 200 with bytes, or with JSON by
 * `Accept`. An edit has its result under `/results`, other operations have it below their own path.
 *
 * @see https://platform.stability.ai/docs/api-reference#tag/Image-to-Video
 * @see https://platform.stability.ai/docs/api-reference#tag/Results
 */
export const stability: Preset = {
  about: "Stability AI v2beta generation",
  source: "https://platform.stability.ai/docs/api-reference#tag/Image-to-Video",
  success: "step == 'poll' && status == `200`",
  next: [
    "step == 'start' && body.id && (",
    "contains(request.path, '/stable-image/edit/') && join('/', [split(request.path, '/stable-image/')[0], 'results', body.id]) || ",
    "join('/', [trim_right(request.path, '/'), 'result', body.id]))",
  ].join(""),
  result: "body",
  error: "body",
};
