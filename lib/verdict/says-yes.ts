import type { JSONValue } from "@jmespath-community/jmespath";
import { numberOf } from "../json/json.ts";

/**
 * Whether an acceptor's value says yes: every value that JMESPath calls true, except 0. Senders mean no by `done: 0` or
 * by a `length(items)` of 0, and a wrong yes would end the poll.
 */
export function saysYes(found: JSONValue): boolean {
  if (found === null || found === undefined || found === false) return false;
  if (numberOf(found) === 0 || found === "") return false;
  return typeof found !== "object" || Object.keys(found).length > 0;
}
