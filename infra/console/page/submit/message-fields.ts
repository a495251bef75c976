import { parseExactly } from "./exact-json.ts";

/** A field of the form, and where it stands in the message. */
export interface FormField {
  readonly path: readonly string[];
  readonly words: string;
  readonly hint: string;
  readonly isNumber?: true;
  readonly isExpression?: true;
}

/** The fields that most messages need. All others are written in the editor. */
export const FORM_FIELDS: readonly FormField[] = [
  { path: ["request", "url"], words: "URL to ask", hint: "https://api.example.com/renders/42" },
  {
    path: ["request", "headers", "authorization"],
    words: "Its header authorization",
    hint: "Bearer …, where the API wants it",
  },
  {
    path: ["until", "success"],
    words: "The job is done when",
    hint: "body.state == 'done'",
    isExpression: true,
  },
  {
    path: ["until", "failure"],
    words: "The job failed when",
    hint: "body.state == 'error'",
    isExpression: true,
  },
  {
    path: ["until", "result"],
    words: "Its result",
    hint: "body.download",
    isExpression: true,
  },
  { path: ["delaySeconds"], words: "Seconds between polls", hint: "30", isNumber: true },
  { path: ["maxRetries"], words: "Retries at most", hint: "60", isNumber: true },
  { path: ["pollId"], words: "Id of the poll", hint: "given when empty" },
];

export const NEW_MESSAGE = `{
  "request": {
    "url": ""
  }
}
`;

type JsonObject = Record<string, unknown>;

/** The value of a field as the form shows it; undefined: the form cannot show it, or the text is not JSON. */
export function fieldValue(text: string, path: readonly string[]): string | undefined {
  let value: unknown = messageIn(text);
  if (value === undefined) return undefined;
  for (const name of path) {
    if (value === undefined) return "";
    if (!isObject(value)) return undefined;
    value = value[name];
  }
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  const written = JSON.stringify(value);
  return Number.isNaN(Number(written)) ? undefined : written;
}

/** The text of a message with one field set; empty takes the field out. */
export function withField(text: string, { path, isNumber }: FormField, value: string): string {
  const message = messageIn(text);
  if (message === undefined) return text;
  const number = Number(value);
  const set = isNumber && value.trim() !== "" && Number.isFinite(number) ? number : value;
  return written(setIn(message, path, value === "" ? undefined : set));
}

/** The text of a message that uses a preset; empty: the status alone decides. */
export function withPreset(text: string, until: unknown): string {
  const message = messageIn(text);
  return message === undefined ? text : written(setIn(message, ["until"], until));
}

/** The name of the preset that a message uses; empty: none. */
export function presetOf(
  text: string,
  presets: readonly { readonly name: string; readonly until?: unknown }[],
): string {
  const used = JSON.stringify(messageIn(text)?.until);
  return presets.find(({ until }) => JSON.stringify(until) === used)?.name ?? "";
}

/** Whether the message starts its job with a request of its own. */
export function startsJob(text: string): boolean {
  return messageIn(text)?.start !== undefined;
}

/** Whether text is a JSON object, which the form can change. */
export function isMessage(text: string): boolean {
  return messageIn(text) !== undefined;
}

function setIn(object: JsonObject, path: readonly string[], value: unknown): JsonObject {
  const [name, ...rest] = path;
  if (name === undefined) return object;
  const { [name]: present, ...others } = object;
  const set =
    rest.length === 0 ? value : emptyAway(setIn(isObject(present) ? present : {}, rest, value));
  if (set === undefined) return others;
  // A present name keeps its place.
  return { ...object, [name]: set };
}

function emptyAway(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length === 0 ? undefined : object;
}

function written(message: JsonObject): string {
  return `${JSON.stringify(message, null, 2)}\n`;
}

function messageIn(text: string): JsonObject | undefined {
  try {
    const value = parseExactly(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
