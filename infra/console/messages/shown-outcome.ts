import type { Outcome } from "../../../lib/outcome/outcome.ts";
import { shownHeaders } from "./shown-message.ts";

/** A browser draws more than this slowly. In characters of JSON. */
const MAX_SHOWN_CHARACTERS = 64 * 1024;

/** An outcome as the page shows it. */
export interface ShownOutcome extends Omit<Outcome, "response" | "result"> {
  readonly response?: object;
  readonly result?: unknown;
  /** Set when parts are shortened here; the outcome that was delivered has them. */
  readonly isShortened?: true;
}

/** Hides the values of headers that may be secret, and shortens large parts. */
export function shownOutcome({ response, result, ...outcome }: Outcome): ShownOutcome {
  const shownResult = shortened(result);
  const body = shortened(response?.body);
  const isShortened = shownResult.isShortened || body.isShortened;
  return {
    ...outcome,
    ...(response && {
      response: {
        ...response,
        ...(response.headers && { headers: shownHeaders(response.headers) }),
        ...(response.body !== undefined && { body: body.value }),
      },
    }),
    ...(result !== undefined && { result: shownResult.value }),
    ...(isShortened && { isShortened }),
  };
}

function shortened(value: unknown): { readonly value: unknown; readonly isShortened: boolean } {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  return text.length <= MAX_SHOWN_CHARACTERS
    ? { value, isShortened: false }
    : { value: `${text.slice(0, MAX_SHOWN_CHARACTERS)}…`, isShortened: true };
}
