import type { Preset } from "./preset.ts";

/**
 * A job run of Databricks, started by `run-now` or `runs/submit`. `life_cycle_state` says that it has ended: QUEUED,
 * PENDING, RUNNING, BLOCKED, WAITING_FOR_RETRY, TERMINATING; TERMINATED, SKIPPED, INTERNAL_ERROR. `result_state` says
 * how: SUCCESS, and SUCCESS_WITH_FAILURES ("completed successfully with some failures"), or else it has failed.
 * `run_id` is an int64.
 *
 * @see https://docs.databricks.com/api/workspace/jobs/getrun
 * @see https://databricks.github.io/sdk-js/ RunLifeCycleState, RunResultState
 */
export const databricksRun: Preset = {
  about: "Databricks job run",
  source: "https://docs.databricks.com/api/workspace/jobs/getrun",
  failure:
    "contains(['terminated', 'skipped', 'internal_error'], lower(body.state.life_cycle_state || '')) && !contains(['success', 'success_with_failures'], lower(body.state.result_state || ''))",
  success: "lower(body.state.life_cycle_state || '') == 'terminated'",
  next: "step == 'start' && join('', [split(request.path, '/jobs/')[0], '/jobs/runs/get?run_id=', to_string(body.run_id)])",
  result: "body",
  error: "body.state.state_message || body.message",
};
