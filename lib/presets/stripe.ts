import type { Preset } from "./preset.ts";

/**
 * A report run of Stripe: pending; succeeded; failed. The result is a file on files.stripe.com, which wants the same
 * key: the secret must name both origins.
 *
 * @see https://docs.stripe.com/api/reporting/report_run/object
 */
export const stripe: Preset = {
  about: "Stripe report run",
  source: "https://docs.stripe.com/api/reporting/report_run/object",
  failure: "lower(body.status || '') == 'failed'",
  success: "lower(body.status || '') == 'succeeded'",
  next: "step == 'start' && join('/', [trim_right(request.path, '/'), body.id])",
  fetch: "body.result.url",
  result: "body",
  error: "body.error",
};
