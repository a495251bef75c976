import type { Preset } from "./preset.ts";

/**
 * A long-running action of Microsoft Graph: a monitor, often on another origin, which needs no credentials. Words of an
 * asyncJobStatus: notStarted, inProgress, completed, updating, failed, deletePending, deleteFailed, waiting. Words of a
 * longRunningOperation: notStarted, running, succeeded, failed, unknownFutureValue; its `resourceLocation` is the
 * result. The `location` of a teamsAsyncOperation (notStarted, inProgress, succeeded, failed) lacks the version in the
 * path. A monitor that redirects to what it made ends with that, which has no `status`.
 *
 * @see https://learn.microsoft.com/graph/long-running-actions-overview
 * @see https://learn.microsoft.com/graph/api/resources/asyncjobstatus
 * @see https://learn.microsoft.com/graph/api/resources/longrunningoperation
 * @see https://learn.microsoft.com/graph/api/resources/teamsasyncoperation
 */
export const graphLro: Preset = {
  about: "Microsoft Graph long-running action",
  source: "https://learn.microsoft.com/graph/long-running-actions-overview",
  failure: "contains(['failed', 'deletefailed'], lower(body.status || ''))",
  success:
    "contains(['completed', 'succeeded'], lower(body.status || '')) || contains([`200`, `201`, `204`], status) && !(body.status)",
  next: "status == `202` && headers.location && join('', [starts_with(headers.location, '/teams(') && join('/', ['', split(request.path, '/')[1]]) || '', headers.location])",
  fetch: "body.resourceLocation",
  result: "body",
  error: "body.error",
};
