import type { Preset } from "./preset.ts";

/**
 * An asynchronous search of Elasticsearch. `is_partial` of a search that no longer runs says that it has failed on some
 * shard, and `completion_status` is the HTTP status of what was found. A search that ends in time is answered at once,
 * without an id.
 *
 * @see https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-async-search-get
 */
export const elasticsearch: Preset = {
  about: "Elasticsearch asynchronous search",
  source: "https://www.elastic.co/docs/api/doc/elasticsearch/operation/operation-async-search-get",
  failure: "body.is_running == `false` && (body.is_partial || body.completion_status >= `400`)",
  success: "body.is_running == `false`",
  next: "step == 'start' && body.id && join('/', ['..', '_async_search', body.id])",
  result: "body.response",
  error: "body.error",
};
