import type { Preset } from "./preset.ts";

/**
 * A report of Amazon's Selling Partner API: IN_QUEUE, IN_PROGRESS; DONE; FATAL, CANCELLED. CANCELLED can mean that
 * there is no data; FATAL may have a document that says why. The result is the document: a presigned URL that wants no
 * credentials, and its compression.
 *
 * @see https://developer-docs.amazon.com/sp-api/docs/verify-that-report-processing-is-complete
 */
export const spApiReport: Preset = {
  about: "Amazon Selling Partner API report",
  source: "https://developer-docs.amazon.com/sp-api/docs/verify-that-report-processing-is-complete",
  failure: "contains(['fatal', 'cancelled'], lower(body.processingStatus || ''))",
  success: "lower(body.processingStatus || '') == 'done'",
  next: "step == 'start' && join('/', [trim_right(request.path, '/'), body.reportId])",
  fetch: "body.reportDocumentId && join('/', ['..', 'documents', body.reportDocumentId])",
  result: "body",
  error: "body.processingStatus || body.errors",
};
