import { type JsonObject, readOwnJson, toJson } from "../json/json.ts";
import type { WrittenOutcome } from "../outcome/outcome-json.ts";

/**
 * Adds the context of the poll's message to the outcome of a cancelled poll: who cancels a poll does not know it. Any
 * other outcome stays as it is.
 *
 * @param body the message's, with the digits of its numbers
 */
export function withContext(written: WrittenOutcome, body: JsonObject | undefined): WrittenOutcome {
  const { outcome, json } = written;
  if (outcome.status !== "cancelled" || "context" in outcome) return written;
  if (body === undefined || !("context" in body)) return written;
  const { context } = body;
  return { outcome: { ...outcome, context }, json: toJson({ ...readOwnJson(json), context }) };
}
