import { PoisonRecordError } from "../batch/record-result.ts";
import { isJsonObject, type JsonObject, readOwnJson } from "../json/json.ts";
import { deliveredOutcome } from "./webhook.ts";

/**
 * What becomes of a record whose poll delivers a webhook, once that poll has ended.
 *
 * @param body the poll's message
 * @param ended how that poll ended
 * @param json the same, with its response
 * @returns the reason of its dead letter, which holds the outcome that was to be delivered; `undefined`: the receiver
 *   has it, or the delivery was cancelled, and the record is done
 */
export function afterWebhook(
  body: JsonObject | undefined,
  ended: JsonObject,
  json: string | undefined,
): PoisonRecordError | undefined {
  const { status } = ended;
  if (status === "succeeded" || status === "cancelled") return undefined;
  const outcome = deliveredOutcome(body);
  const answer = json === undefined ? undefined : readOwnJson(json).response;
  const code = isJsonObject(answer) ? answer.status : undefined;
  const last = code === undefined ? "" : `, last answered with ${String(code)}`;
  const said = isJsonObject(ended.error) ? `: ${String(ended.error.message)}` : "";
  const logMessage = `the outcome was not delivered to its webhook: ${String(status)}${last}`;
  return new PoisonRecordError(`${logMessage}${said}`, {
    status: "undelivered",
    logMessage,
    ...(outcome === undefined ? {} : { body: outcome }),
  });
}
