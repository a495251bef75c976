import type { JSONValue } from "@jmespath-community/jmespath";
import { numberOf } from "../json/json.ts";

/**
 * Tells whether what an acceptor found says yes: what JMESPath calls true, but for 0. `done: 0` and
 * `length(items)` of nothing mean no to whoever writes them, and a wrong yes would end the poll.
 */
export function saysYes(found: JSONValue): boolean {
  if (found === null || found === undefined || found === false) return false;
  if (numberOf(found) === 0 || found === "") return false;
  return typeof found !== "object" || Object.keys(found).length > 0;
}
