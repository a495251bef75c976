import type { SQSRecord } from "aws-lambda";
import type { EachRecordOptions } from "../../lib/batch/each-record.ts";
import { recordFacts } from "../../lib/batch/record-facts.ts";
import { hostOf } from "../../lib/http/host-name.ts";
import { isJsonObject } from "../../lib/json/json.ts";

/**
 * Puts the records of a batch into one lane per host.
 *
 * @param concurrency the most requests at the same time to one host. `undefined`: no lanes
 */
export function hostLanes(concurrency: number | undefined): EachRecordOptions["lanes"] {
  return concurrency === undefined ? undefined : { of: requestHost, concurrency };
}

/** `undefined` for a body that is not a poll message: the record's handler reports what is wrong with it. */
function requestHost(record: SQSRecord): string | undefined {
  const { start, request = start } = recordFacts(record).body ?? {};
  if (!isJsonObject(request)) return undefined;
  return typeof request.url === "string" ? hostOf(request.url) : undefined;
}
