import type { Preset } from "./preset.ts";

/**
 * A statement of Snowflake's SQL API: 202 while it runs, 200 with rows, also at once; 408: it was cancelled at its time
 * limit; 422: it has failed.
 *
 * @see https://docs.snowflake.com/en/developer-guide/sql-api/handling-responses
 */
export const snowflake: Preset = {
  about: "Snowflake SQL API statement",
  source: "https://docs.snowflake.com/en/developer-guide/sql-api/handling-responses",
  failure: "contains([`408`, `422`], status)",
  success: "status == `200`",
  next: "body.statementStatusUrl",
  result: "body.data",
  error: "body",
};
