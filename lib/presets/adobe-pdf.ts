import type { Preset } from "./preset.ts";

/**
 * A job of Adobe PDF Services: 201 with the `Location` to poll; `in progress`; `done`; `failed`. The result is a
 * presigned URL; an operation with more than one file gives the whole answer.
 *
 * @see https://developer.adobe.com/document-services/docs/apis/ (@adobe/pdfservices-node-sdk
 *   lib/PDFServicesJobStatus.js)
 */
export const adobePdf: Preset = {
  about: "Adobe PDF Services job",
  source: "https://developer.adobe.com/document-services/docs/apis/",
  failure: "lower(body.status || '') == 'failed'",
  success: "lower(body.status || '') == 'done'",
  next: "headers.location",
  result: "body.asset.downloadUri || body",
  error: "body.error",
};
