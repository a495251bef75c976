import { type Completed, PoisonRecordError } from "../../batch/record-result.ts";
import type { Undelivered } from "../../deliveries/after-delivery.ts";
import { isDestinationAllowed } from "../../deliveries/allowed-destinations.ts";
import { type Destination, kindOf } from "../../deliveries/destination.ts";
import {
  isJsonObject,
  JsonError,
  type JsonObject,
  numberOf,
  parseJsonExactly,
} from "../../json/json.ts";
import { MAX_JSON_DEPTH } from "../../limits.ts";
import { deliver, undelivered } from "./deliver-schema.ts";

/**
 * The destinations that a body names, each once: a task accepts one outcome only. `undefined`: none, or not in a valid
 * form.
 */
export function destinationsIn(body: JsonObject | undefined): readonly Destination[] | undefined {
  if (body?.deliver === undefined) return undefined;
  const { data } = deliver.safeParse(body.deliver);
  if (data === undefined) return undefined;
  return [...new Map([data].flat().map((to) => [JSON.stringify(to), to])).values()];
}

/** What a body says of earlier attempts to deliver its outcome. `undefined`: there were none. */
export function undeliveredIn(body: JsonObject | undefined): Undelivered | undefined {
  const said = body?.undelivered;
  if (!isJsonObject(said)) return undefined;
  const { since, attempts } = said;
  const doubles = { ...said, since: numberOf(since), attempts: numberOf(attempts) };
  return undelivered.safeParse(doubles).data;
}

/** The outcome that travels with a message, as its poll's end; `undefined`: none does. */
export function carriedOutcome({ outcome: json }: Undelivered): Completed | undefined {
  if (json === undefined) return undefined;
  try {
    const outcome = parseJsonExactly(json, { maxDepth: MAX_OUTCOME_DEPTH });
    return isJsonObject(outcome) ? { kind: "completed", outcome, json } : undefined;
  } catch (error) {
    if (error instanceof JsonError) return undefined;
    throw error;
  }
}

/** An outcome contains a response's body, which may nest as deep as any JSON from outside. */
const MAX_OUTCOME_DEPTH = MAX_JSON_DEPTH + 8;

/**
 * Refuses destinations that messages may not name.
 *
 * @param allowed the operator's list
 * @param ownQueueUrl the URL of the poll queue
 * @param field the field that names them. `@default` deliver
 * @throws {PoisonRecordError} naming the kind of the destination, and the list
 */
export function refuseForbidden(
  destinations: readonly Destination[],
  allowed: readonly string[],
  ownQueueUrl: string | undefined,
  field: string = "deliver",
): void {
  const forbidden = destinations.find((to) => !isDestinationAllowed(to, allowed, ownQueueUrl));
  if (forbidden === undefined) return;
  throw new PoisonRecordError(
    `${field}.${kindOf(forbidden)}: must be a destination that POLL_ALLOW_DELIVERIES allows, the stack's parameter AllowDeliveries`,
  );
}
