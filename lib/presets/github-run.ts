import type { Preset } from "./preset.ts";

/**
 * A workflow run, check run or job of GitHub Actions: `status` `completed` says that it has ended, `conclusion` says
 * how: success, neutral, skipped; anything else (failure, cancelled, timed_out, action_required, stale,
 * startup_failure) has failed. A dispatch with `return_run_details` names the run. A rate limit is a 403 or 429,
 * sometimes a 403 that says so in its message alone.
 *
 * @see https://docs.github.com/rest/actions/workflow-runs
 * @see https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api
 * @see https://github.com/hub4j/github-api/issues/2009
 */
export const githubRun: Preset = {
  about: "GitHub Actions run",
  source: "https://docs.github.com/rest/actions/workflow-runs",
  pending: "status == `403` && contains(lower(body.message || ''), 'rate limit')",
  failure:
    "lower(body.status || '') == 'completed' && !contains(['success', 'neutral', 'skipped'], lower(body.conclusion || ''))",
  success: "lower(body.status || '') == 'completed'",
  next: "step == 'start' && body.run_url",
  error: "body.conclusion || body.message",
};
