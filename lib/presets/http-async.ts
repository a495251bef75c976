import type { Preset } from "./preset.ts";

/**
 * `202 Accepted` with a `Location` to poll, which each 202 may replace (RFC 9110 sections 10.2.2 and 15.3.3). FHIR's
 * asynchronous requests name it in `Content-Location`.
 */
export const httpAsync: Preset = {
  next: 'status == `202` && (headers.location || headers."content-location")',
  pending: "status == `202`",
  success: "contains([`200`, `201`, `203`, `204`, `205`, `206`], status)",
  result: "body",
  error: "body",
};
