import { isJsonObject, type JsonObject, toJson } from "../json/json.ts";
import type { Scrub } from "../secrets/scrub.ts";

/** A longer text is cut: an explanation is read by people. */
const MOST_CHARACTERS = 200;

/** A reason may join several errors. */
export const LONGEST_REASON = 1000;

/** Expressions are written for a body: so much of it is shown that one sees how it is made. */
const LONGEST_BODY = 2000;

/** A longer body has a line per value. */
const LONGEST_LINE = 60;

/** Only so many characters are looked at for URLs: a body has a million. */
const LOOKED_AT = 4 * LONGEST_BODY;

/** More values than fit in a text that is shown: in a body each takes 5 characters at least. */
const MOST_VALUES = LONGEST_BODY / 4;

const ELLIPSIS = "…";

/** Makes values and texts short, and hides what may be a credential. */
export interface Show {
  /** A value as JSON of at most 200 characters. */
  value(value: unknown): string;
  /** A body as JSON of at most 2,000 characters, with a line per value if it is not short. */
  body(body: unknown): string;
  /** @param most the most characters. `@default` 200 */
  text(text: string, most?: number): string;
  /** The names of an object's members. */
  names(object: JsonObject): readonly string[];
}

/**
 * URLs hide user names, passwords and the values of their queries, because presigned URLs carry credentials there.
 *
 * @param scrub hides values that are known to be secret
 */
export function createShow(scrub: Scrub): Show {
  const text = (written: string, most: number = MOST_CHARACTERS) => {
    // Scrubbed first: a cut secret would not be recognised.
    const hidden = hideCredentials(scrub(written).slice(0, LOOKED_AT));
    return hidden.length <= most ? hidden : hidden.slice(0, most - 1) + ELLIPSIS;
  };
  return {
    text,
    // Many parts of an expression give the same large object, and to list its members takes long.
    value: oncePerObject((value) =>
      value === undefined ? "null" : text(toJson(beginning(value, scrub))),
    ),
    body(body) {
      const start = beginning(body, scrub);
      const line = text(toJson(start), LONGEST_BODY);
      return line.length <= LONGEST_LINE ? line : text(toJson(start, "  "), LONGEST_BODY);
    },
    names: oncePerObject((object: JsonObject) => Object.keys(object)),
  };
}

function hideCredentials(text: string): string {
  return text
    .replace(/(https?:\\?\/\\?\/)[^\s"'<>@/?#]*@/gi, `$1${ELLIPSIS}@`)
    .replace(/(https?:\\?\/\\?\/[^\s"'<>?]*)\?([^\s"'<>#]*)/gi, (_, before, query) => {
      const names = String(query).replace(/=[^&;]*/g, `=${ELLIPSIS}`);
      return `${before}?${names}`;
    });
}

function oncePerObject<Value, Result>(make: (value: Value) => Result): (value: Value) => Result {
  const made = new WeakMap<object, Result>();
  return (value) => {
    if (typeof value !== "object" || value === null) return make(value);
    const result = made.get(value) ?? make(value);
    made.set(value, result);
    return result;
  };
}

/** The beginning of a value, as much as can be shown: writing all of a large body would take long. */
function beginning(
  value: unknown,
  scrub: Scrub,
  left: { values: number } = { values: MOST_VALUES },
): unknown {
  left.values--;
  // Scrubbed first, here too: what is hidden gets shorter, so that the cut may be shown.
  if (typeof value === "string") return scrub(value).slice(0, LOOKED_AT);
  if (Array.isArray(value)) {
    const elements: unknown[] = [];
    for (const element of value) {
      if (left.values <= 0) break;
      elements.push(beginning(element, scrub, left));
    }
    return elements;
  }
  if (!isJsonObject(value)) return value;
  const members: [string, unknown][] = [];
  for (const name in value) {
    if (left.values <= 0) break;
    members.push([name, beginning(member(value, name), scrub, left)]);
  }
  return Object.fromEntries(members);
}

/** A body that could not be read throws. */
function member(of: JsonObject, name: string): unknown {
  try {
    return of[name];
  } catch {
    return ELLIPSIS;
  }
}
