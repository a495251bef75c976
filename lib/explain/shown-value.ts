import { toJson } from "../json/json.ts";
import type { Scrub } from "../secrets/scrub.ts";

/** A longer text is cut: an explanation is read by people. */
const MOST_CHARACTERS = 200;

/** A reason may join several errors. */
export const LONGEST_REASON = 1000;

/** Only this many characters are looked at: a body has a million. */
const LOOKED_AT = 16 * MOST_CHARACTERS;

const ELLIPSIS = "…";

/** Makes values and texts short, and hides what may be a credential. */
export interface Show {
  /** A value as JSON of at most 200 characters. */
  value(value: unknown): string;
  /** @param most the most characters. `@default` 200 */
  text(text: string, most?: number): string;
}

/**
 * URLs hide user names, passwords and the values of their queries, because presigned URLs carry credentials there.
 *
 * @param scrub hides values that are known to be secret
 */
export function createShow(scrub: Scrub): Show {
  const text = (written: string, most: number = MOST_CHARACTERS) => {
    // Hidden first: a cut secret would not be recognised.
    const hidden = hideCredentials(scrub(written)).slice(0, LOOKED_AT);
    return hidden.length <= most ? hidden : hidden.slice(0, most - 1) + ELLIPSIS;
  };
  return { text, value: (value) => (value === undefined ? "null" : text(toJson(value))) };
}

function hideCredentials(text: string): string {
  return text
    .replace(/(https?:\\?\/\\?\/)[^\s"'<>@/?#]*@/gi, `$1${ELLIPSIS}@`)
    .replace(/(https?:\\?\/\\?\/[^\s"'<>?]*)\?([^\s"'<>#]*)/gi, (_, before, query) => {
      const names = String(query).replace(/=[^&;]*/g, `=${ELLIPSIS}`);
      return `${before}?${names}`;
    });
}
