import type { Preset } from "./preset.ts";

/**
 * `202 Accepted` with a `Location` to poll, which each later 202 may replace (RFC 9110 sections 10.2.2 and 15.3.3;
 * RFC 7240 section 4.1 for `Prefer: respond-async`). A 201 is the end: its `Location` is what was created (RFC 9110
 * section 15.3.2). A start that is answered by a 303 is polled there (section 15.4.4). FHIR's asynchronous requests
 * name the place in `Content-Location`. OData's final 200 says in `AsyncResult` how it ended: the status alone, or with
 * its reason phrase.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9110#section-15.3.3
 * @see https://hl7.org/fhir/R4/async.html
 * @see https://docs.oasis-open.org/odata/odata/v4.01/odata-v4.01-part1-protocol.html (AsyncResult)
 */
export const httpAsync: Preset = {
  about: "202 Accepted with the place to poll: HTTP, FHIR, OData",
  source: "https://www.rfc-editor.org/rfc/rfc9110#section-15.3.3",
  pending: "status == `303`",
  failure: "headers.asyncresult && !starts_with(headers.asyncresult, '2')",
  success: "status >= `200` && status < `300` && status != `202`",
  next: 'contains([`202`, `303`], status) && (headers.location || headers."content-location")',
  result: "body",
  error: "body",
};
