import type { Expression } from "../jmespath/bounded-interpreter.ts";
import { FACTS } from "./facts.ts";
import { ANYTHING, type KnownValue } from "./known-value.ts";
import { Mistake, strayReference, textInDoubleQuotes, withArticle } from "./mistake-messages.ts";
import { isNeedlesslyQuoted } from "./quoted-names.ts";

type Call = Extract<Expression, { type: "Function" }>;

type ValueType = NonNullable<KnownValue["type"]>;

/** The type of an argument. `expression` is an expression after `&`. */
type ArgumentType = ValueType | "any" | "expression";

/** More facts about a function's result than its type. */
const MORE_OF: Readonly<Record<string, Omit<KnownValue, "type">>> = {
  lower: {
    never: (text) => text !== String(text).toLowerCase() && "lower() leaves no capital letter",
  },
  upper: {
    never: (text) => text !== String(text).toUpperCase() && "upper() leaves no small letter",
  },
  // Also "null" and "false" are texts. An empty text is no yes, but whoever asks for that means the value itself.
  to_string: { isYes: true },
  type: {
    isYes: true,
    never: (text) =>
      !["string", "number", "boolean", "array", "object", "null"].includes(String(text)) &&
      "type() gives 'string', 'number', 'boolean', 'array', 'object' or 'null'",
  },
};

/**
 * The arguments of each JMESPath function, and its result's type, or `any` when the type varies. `|` separates types,
 * `?` marks an optional argument, `+` one that may be repeated.
 */
const SIGNATURES = parsed({
  abs: "number -> number",
  avg: "list -> number",
  ceil: "number -> number",
  contains: "text|list any -> boolean",
  ends_with: "text text -> boolean",
  find_first: "text text number? number? -> number",
  find_last: "text text number? number? -> number",
  floor: "number -> number",
  from_items: "list -> any",
  group_by: "list expression -> any",
  items: "object -> list",
  join: "text list -> text",
  keys: "object -> list",
  length: "text|list|object -> number",
  lower: "text -> text",
  map: "expression list -> list",
  max: "list -> any",
  max_by: "list expression -> any",
  merge: "object+ -> any",
  min: "list -> any",
  min_by: "list expression -> any",
  not_null: "any+ -> any",
  pad_left: "text number text? -> text",
  pad_right: "text number text? -> text",
  replace: "text text text number? -> text",
  reverse: "text|list -> any",
  sort: "list -> list",
  sort_by: "list expression -> list",
  split: "text text number? -> list",
  starts_with: "text text -> boolean",
  sum: "list -> number",
  to_array: "any -> list",
  to_number: "any -> number",
  to_string: "any -> text",
  trim: "text text? -> text",
  trim_left: "text text? -> text",
  trim_right: "text text? -> text",
  type: "any -> text",
  upper: "text -> text",
  values: "object -> list",
  zip: "list+ -> list",
});

interface Signature {
  readonly takes: readonly (readonly ArgumentType[])[];
  /** The smallest number of arguments. */
  readonly fewest: number;
  readonly most: number;
  readonly gives: KnownValue;
}

function parsed(texts: Readonly<Record<string, string>>): ReadonlyMap<string, Signature> {
  return new Map(
    Object.entries(texts).map(([name, text]) => {
      const [takes = "", gives = ""] = text.split(" -> ");
      const places = takes.split(" ");
      return [
        name,
        {
          takes: places.map((place) => place.replace(/[?+]$/, "").split("|") as ArgumentType[]),
          fewest: places.filter((place) => !place.endsWith("?")).length,
          most: takes.endsWith("+") ? Number.POSITIVE_INFINITY : places.length,
          gives: { ...(gives !== "any" && { type: gives as ValueType }), ...MORE_OF[name] },
        },
      ];
    }),
  );
}

/** What is known of a call's result, for any arguments. */
export function givenBy(name: string): KnownValue {
  return SIGNATURES.get(name)?.gives ?? ANYTHING;
}

/** Functions whose arguments after the first are usually texts. */
const WITH_TEXTS: ReadonlySet<string> = new Set([
  "contains",
  "starts_with",
  "ends_with",
  "find_first",
  "find_last",
  "split",
  "replace",
]);

/** The mistake of a call with a text in double quotes; `undefined`: none, or it may be a name. */
export function mistakeOfQuotedText({ name, children }: Call): Mistake | undefined {
  if (!WITH_TEXTS.has(name)) return undefined;
  const [first, ...others] = children;
  const texts = first?.type === "MultiSelectList" ? [...first.children, ...others] : others;
  for (const text of texts) {
    if (text.type === "Field" && isNeedlesslyQuoted(text.name)) {
      return textInDoubleQuotes(text.name);
    }
  }
  return undefined;
}

/**
 * The mistake of a call that gives `&` for a value, or a name or a literal for an expression; `undefined`: none. Any
 * other value for an expression is reported when the call is evaluated.
 */
export function mistakeOfReferences({ name, children }: Call): Mistake | undefined {
  const takes = SIGNATURES.get(name)?.takes ?? [];
  const wants = (nth: number) => (takes[nth] ?? takes.at(-1))?.includes("expression") ?? false;
  const isReference = ({ type }: Expression) => type === "ExpressionReference";
  const isSwapped = children.some((child, nth) => isReference(child) && !wants(nth));
  for (const [nth, child] of children.entries()) {
    if (!wants(nth) || isReference(child)) continue;
    const isName = child.type === "Field" && !Object.hasOwn(FACTS, child.name);
    if (!isSwapped && !isName && child.type !== "Literal") continue;
    return new Mistake(
      `must give ${name}() an expression as argument ${nth + 1}, with & before it, like sort_by(body.items, &at)`,
    );
  }
  return isSwapped ? strayReference() : undefined;
}

/**
 * The mistake of a call that cannot be evaluated on any response; `undefined`: none found. A wrong literal argument is
 * not checked here: it is reported when the call is evaluated.
 */
export function mistakeOfCall(
  { name, children }: Call,
  args: readonly KnownValue[],
): Mistake | undefined {
  const signature = SIGNATURES.get(name);
  if (signature === undefined) return undefined;
  const { takes, fewest, most } = signature;
  if (children.length < fewest || children.length > most) {
    return new Mistake(`must give ${name}() ${counted(fewest, most)}, got ${children.length}`);
  }
  for (const [nth, arg] of args.entries()) {
    const { type, constant } = arg;
    const types = takes[nth] ?? takes.at(-1) ?? [];
    const fits = type === undefined || types.includes("any") || types.includes(type);
    if (!fits && constant === undefined && !types.includes("expression")) {
      return unfit(name, nth, types, arg);
    }
  }
  const [where, what] = args;
  const isTextSearch = name === "contains" && where?.type === "text";
  return isTextSearch && what?.type !== undefined && what.type !== "text"
    ? unfit(name, 1, ["text"], what)
    : undefined;
}

function unfit(
  name: string,
  nth: number,
  types: readonly ArgumentType[],
  { type, mistakenFor }: KnownValue,
): Mistake {
  const isNumber = type === "number" && types.includes("text");
  const ways = [isNumber && "to_string(...)", mistakenFor].filter((way) => way);
  const hint = isNumber ? `: did you mean ${ways.join(", or ")}?` : "";
  const wanted = types.map(withArticle).join(" or ");
  return new Mistake(
    `must give ${name}() ${wanted} as argument ${nth + 1}, got ${withArticle(type)}${hint}`,
  );
}

function counted(fewest: number, most: number): string {
  if (most === Number.POSITIVE_INFINITY) return `at least ${fewest} argument`;
  const count = fewest === most ? `${fewest}` : `${fewest} to ${most}`;
  return `${count} argument${most === 1 ? "" : "s"}`;
}
