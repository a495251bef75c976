import type { Preset } from "./preset.ts";

/**
 * A long-running operation of Microsoft Fabric. The state answers 200: NotStarted, Running, Succeeded, Failed. Its
 * `Location` is the state's URL while it runs and the result's once it has succeeded; an operation without a result has
 * none. A start that answers 200 or 201 has ended at once.
 *
 * @see https://learn.microsoft.com/rest/api/fabric/articles/long-running-operation
 */
export const fabricLro: Preset = {
  about: "Microsoft Fabric long-running operation",
  source: "https://learn.microsoft.com/rest/api/fabric/articles/long-running-operation",
  failure: "lower(body.status || '') == 'failed'",
  success: "lower(body.status || '') == 'succeeded'",
  next: "(step == 'poll' || status == `202`) && headers.location",
  fetch: "step == 'poll' && lower(body.status || '') == 'succeeded' && headers.location",
  result: "body",
  error: "body.error || body.errorCode && body",
};
