import { isJsonObject, type JsonObject } from "../../../lib/json/json.ts";
import { HIDDEN, shownHeaders } from "./shown-message.ts";

/** A browser draws more than this slowly. In characters of JSON. */
const MAX_SHOWN_CHARACTERS = 64 * 1024;

/**
 * An outcome as the page shows it: without the context and the values of headers that may be secret, and with large
 * parts shortened. `isShortened` is then set; the outcome that was delivered has them.
 */
export function shownOutcome(outcome: JsonObject): JsonObject {
  const { response, result, context } = outcome;
  const { headers, body } = isJsonObject(response) ? response : {};
  const shownResult = shortened(result);
  const shownBody = shortened(body);
  const isShortened = shownResult.isShortened || shownBody.isShortened;
  return {
    ...outcome,
    ...(isJsonObject(response) && {
      response: {
        ...response,
        ...(headers !== undefined && { headers: shownHeaders(headers) }),
        ...(body !== undefined && { body: shownBody.value }),
      },
    }),
    ...(result !== undefined && { result: shownResult.value }),
    ...(context !== undefined && { context: HIDDEN }),
    ...(isShortened && { isShortened }),
  };
}

function shortened(value: unknown): { readonly value: unknown; readonly isShortened: boolean } {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length <= MAX_SHOWN_CHARACTERS
    ? { value, isShortened: false }
    : { value: `${text.slice(0, MAX_SHOWN_CHARACTERS)}…`, isShortened: true };
}
