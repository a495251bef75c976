import type { Expression } from "../jmespath/bounded-interpreter.ts";
import { writeExpression } from "../jmespath/write-expression.ts";
import { isJsonObject, numberOf } from "../json/json.ts";
import { nearestName } from "../options/did-you-mean.ts";
import type { Show } from "./shown-value.ts";

/** The most names that are listed of an object. */
const LISTED = 8;

/** The most names that are compared with the one that is missing: a body can have a hundred thousand. */
const COMPARED = 200;

/** The longest name that is listed whole. */
const LONGEST_NAME = 40;

/** Evaluates a part of an expression where it stands; `undefined`: it could not be evaluated. */
type Read = (node: Expression) => unknown;

/**
 * Says why a path found nothing: where it breaks off, and what is there instead.
 *
 * @param node the path, which gave null
 * @param context how the value that it is read from is called; `""`: the input of expressions
 * @param contextValue that value
 * @returns `undefined` when it is no path, or its value really is null
 */
export function whyMissing(
  node: Expression,
  read: Read,
  context: string,
  contextValue: unknown,
  show: Show,
): string | undefined {
  switch (node.type) {
    case "Field":
      return missingMember(contextValue, context, node, show);
    case "Subexpression":
    case "Pipe": {
      const left = read(node.left);
      const before = named(context, node.left);
      if (isNull(left)) return whyMissing(node.left, read, context, contextValue, show);
      const within: Read = (part) => read({ type: "Pipe", left: node.left, right: part });
      return whyMissing(node.right, within, before, left, show);
    }
    case "IndexExpression": {
      const left = read(node.left);
      if (isNull(left)) return whyMissing(node.left, read, context, contextValue, show);
      return missingElement(left, named(context, node.left), named(context, node));
    }
    case "Projection":
    case "ValueProjection":
    case "FilterProjection": {
      const left = read(node.left);
      if (isNull(left)) return whyMissing(node.left, read, context, contextValue, show);
      const needed = node.type === "ValueProjection" ? "an object" : "a list";
      return `${named(context, node.left)} is ${kindOf(left)} and not ${needed}`;
    }
    case "Flatten":
      return whyMissing(node.child, read, context, contextValue, show);
    default:
      return undefined;
  }
}

/** A null that stands in the response, and was not missing, has nothing to say. */
function missingMember(
  of: unknown,
  context: string,
  node: Extract<Expression, { type: "Field" }>,
  show: Show,
): string | undefined {
  const { name } = node;
  const path = named(context, node);
  const owner = context === "" ? "the input" : context;
  if (isNull(of)) return undefined;
  if (Array.isArray(of)) {
    const hint = `: did you mean ${context}[0].${nameText(name)}?`;
    const list = of.length === 0 ? "an empty list" : `a list of ${of.length}${hint}`;
    return `${path} is null; ${owner} is ${list}`;
  }
  if (!isJsonObject(of)) return `${path} is null; ${owner} is ${kindOf(of)}`;
  if (Object.hasOwn(of, name)) return undefined;
  const names = show.names(of);
  if (names.length === 0) return `${path} is null; ${owner} is an empty object`;
  const nearest = nearestName(name, names.slice(0, COMPARED));
  const others = names.slice(0, COMPARED).filter((of) => of !== nearest);
  const ordered = nearest === undefined ? others : [nearest, ...others];
  const shown = ordered.slice(0, LISTED).map((of) => nameText(show.text(of, LONGEST_NAME)));
  const more = names.length > LISTED ? [`and ${names.length - LISTED} more`] : [];
  return `${path} is null; ${owner} has: ${[...shown, ...more].join(", ")}`;
}

function missingElement(of: unknown, owner: string, path: string): string {
  const what = Array.isArray(of) ? `has ${of.length} elements` : `is ${kindOf(of)} and not a list`;
  return `${path} is null; ${owner} ${what}`;
}

function nameText(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

function named(context: string, node: Expression): string {
  if (node.type === "Identity" || node.type === "Current") return context === "" ? "@" : context;
  const text = writeExpression(node);
  if (context === "") return text;
  return text.startsWith("[") ? context + text : `${context}.${text}`;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "string") return value === "" ? "an empty text" : "a text";
  if (numberOf(value) !== undefined) return "a number";
  if (typeof value === "boolean") return String(value);
  return "an object";
}

function isNull(value: unknown): boolean {
  return value === null || value === undefined;
}
