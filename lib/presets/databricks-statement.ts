import type { Preset } from "./preset.ts";

/**
 * A statement of Databricks SQL, whose ends all come in a 200: PENDING, RUNNING; SUCCEEDED; FAILED, CANCELED, CLOSED.
 *
 * @see https://docs.databricks.com/api/workspace/statementexecution/getstatement
 */
export const databricksStatement: Preset = {
  about: "Databricks SQL statement",
  source: "https://docs.databricks.com/api/workspace/statementexecution/getstatement",
  failure: "contains(['failed', 'canceled', 'closed'], lower(body.status.state || ''))",
  success: "lower(body.status.state || '') == 'succeeded'",
  next: "step == 'start' && join('/', [trim_right(request.path, '/'), body.statement_id])",
  result: "body.result",
  error: "body.status.error || body.message",
};
