import type { Preset } from "./preset.ts";

/**
 * A task of Runway: PENDING, THROTTLED, RUNNING; SUCCEEDED; FAILED, CANCELLED. Ask every 5 seconds at the most.
 *
 * @see https://docs.dev.runwayml.com/api (runwayml/sdk-node src/resources/tasks.ts)
 */
export const runway: Preset = {
  about: "Runway task",
  source: "https://docs.dev.runwayml.com/api",
  failure: "contains(['failed', 'cancelled'], lower(body.status || ''))",
  success: "lower(body.status || '') == 'succeeded'",
  next: "step == 'start' && join('/', ['tasks', body.id])",
  result: "body.output",
  error: "{code: body.failureCode, message: body.failure || body.error}",
};
