import type { Preset } from "./preset.ts";

const MONITOR = 'headers."operation-location" || headers."azure-asyncoperation"';

/** What the operation, or the resource, says of itself, in lower case; '' where there is no word. */
const WORD = [
  "[body.type && body.properties.provisioningState, body.status, body.properties.provisioningState, ",
  "body.provisioningState][?type(@) == 'string'] | lower([0] || '')",
].join("");

/**
 * An operation of an Azure API, on Resource Manager or not.
 *
 * Where to poll: `operation-location`, else `azure-asyncoperation`, else `location`, else, for PUT and PATCH, the URL
 * that was asked. A monitor answers 200: a `location` in a later 200 is the result's. Words, without case: succeeded;
 * failed, canceled, cancelled; of Document Translation ValidationFailed, of the Language service partiallySucceeded and
 * partiallyCompleted, whose result names what failed; all others are pending. They stand in `status` of a status
 * monitor, or in `provisioningState` of a resource, which has a `type` and may have a `status` of its own. Where there
 * is no word, 202 is pending and other 2xx have succeeded. What to fetch at the end: `resourceLocation`; or, where a
 * monitor was named, for PUT the URL that was asked, for PATCH `location` or else that URL, for POST `location`, for
 * DELETE nothing.
 *
 * @see https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations
 * @see Azure/azure-sdk-for-js sdk/core/core-lro/src/http/operation.ts: inferLroMode, transformStatus,
 *   getProvisioningState, findResourceLocation
 * @see Azure/azure-sdk-for-python azure-mgmt-core arm_polling.py: BodyContentPolling, for PATCH without a header
 * @see Azure/azure-sdk-for-python azure-ai-translation-document _polling.py, azure-ai-textanalytics _lro.py, for their
 *   words
 * @see https://github.com/Azure/azure-sdk-for-js/issues/20647, for `location` beside a monitor
 * @see https://github.com/Azure/azure-sdk-for-java/pull/25280, for `resource-location`
 */
export const azureLro: Preset = {
  about: "Azure long-running operation, on Resource Manager or not",
  source: "https://learn.microsoft.com/azure/azure-resource-manager/management/async-operations",
  pending: `step == 'start' && (${MONITOR} || headers.location)`,
  failure: `contains(['failed', 'validationfailed', 'canceled', 'cancelled'], ${WORD})`,
  success: `status < \`300\` && contains(['succeeded', 'partiallysucceeded', 'partiallycompleted', status != \`202\` && ''], ${WORD})`,
  next: [
    MONITOR,
    "(step == 'start' || status == `202`) && headers.location",
    "step == 'start' && contains(['PUT', 'PATCH'], request.method) && request.url",
  ].join(" || "),
  fetch: [
    'body.resourceLocation || headers."resource-location"',
    `step == 'start' && (${MONITOR}) && (${[
      "request.method == 'PUT' && request.url",
      "request.method == 'PATCH' && (headers.location || request.url)",
      "request.method == 'POST' && headers.location",
    ].join(" || ")})`,
  ].join(" || "),
  result: "body",
  error: "body.error || body.errors || body.properties.error",
};
