import type { Preset } from "./preset.ts";

/**
 * A transcript of AssemblyAI: queued, processing; completed; error.
 *
 * @see https://www.assemblyai.com/docs/api-reference/transcripts/get (AssemblyAI/assemblyai-node-sdk
 *   src/services/transcripts/index.ts)
 */
export const assemblyai: Preset = {
  about: "AssemblyAI transcript",
  source: "https://www.assemblyai.com/docs/api-reference/transcripts/get",
  failure: "lower(body.status || '') == 'error'",
  success: "lower(body.status || '') == 'completed'",
  next: "step == 'start' && join('/', [trim_right(request.path, '/'), body.id])",
  result: "body.text",
  error: "body.error",
};
