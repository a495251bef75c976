import type { Preset } from "./preset.ts";

/**
 * A bulk operation of Shopify's GraphQL Admin API: CREATED, RUNNING, CANCELING; COMPLETED; FAILED, CANCELED, EXPIRED. A
 * POST with the operation's id polls it. The result is the URL of a JSONL file, null where there is nothing, and the
 * partial one of a failure. A start that names no operation has failed: `userErrors`, or `errors`, come in a 200. A
 * poll that is throttled (`errors` without `data`, in a 200) is pending.
 *
 * @see https://shopify.dev/docs/api/usage/bulk-operations/queries
 * @see https://shopify.dev/docs/api/admin-graphql/latest/enums/BulkOperationStatus
 */
export const shopify: Preset = {
  about: "Shopify bulk operation (GraphQL Admin API)",
  source: "https://shopify.dev/docs/api/usage/bulk-operations/queries",
  failure:
    "step == 'start' && status == `200` && !(body.data.*.bulkOperation | [0].id) || contains(['failed', 'canceled', 'expired'], lower((body.data.*.status | [0]) || ''))",
  success: "lower((body.data.*.status | [0]) || '') == 'completed'",
  next: "body.data.*.bulkOperation | [0].id && {method: 'POST', url: $.request.url, body: {query: 'query ($id: ID!) { node(id: $id) { ... on BulkOperation { id status errorCode objectCount fileSize url partialDataUrl } } }', variables: {id: [0].id}}}",
  result: "(body.data.*.url | [0]) || (body.data.*.partialDataUrl | [0])",
  error: "body.data.*.userErrors[] || (body.data.*.errorCode | [0]) || body.errors",
};
