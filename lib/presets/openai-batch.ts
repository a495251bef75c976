import type { Preset } from "./preset.ts";

/**
 * A batch of OpenAI, and of the APIs that copy it (Azure, Together, which writes the words in capitals and wraps the
 * answer of the start in `job`, and Novita): validating, in_progress, finalizing, cancelling; completed; failed,
 * expired, cancelled. The output file is the result. A batch of which every request failed is completed without one:
 * its result is the batch, which names `error_file_id`.
 *
 * @see https://platform.openai.com/docs/api-reference/batch/object (openai/openai-node src/resources/batches.ts)
 * @see https://docs.together.ai/docs/inference/batch/manage
 */
export const openaiBatch: Preset = {
  about: "OpenAI batch, also at Azure, Together and Novita",
  source: "https://platform.openai.com/docs/api-reference/batch/object",
  failure: "contains(['failed', 'expired', 'cancelled'], lower(body.status || ''))",
  success: "lower(body.status || '') == 'completed'",
  next: "step == 'start' && replace(request.url, request.path, join('/', [trim_right(request.path, '/'), body.id || body.job.id]))",
  fetch:
    "body.output_file_id && replace(request.url, request.path, join('/', [split(request.path, '/batches')[0], 'files', body.output_file_id, 'content']))",
  result: "body",
  error: "body.errors || body.error",
};
