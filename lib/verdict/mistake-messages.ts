import type { Expression } from "../jmespath/bounded-interpreter.ts";
import { nearestName } from "../options/did-you-mean.ts";
import { isQuoted, nameOf } from "./quoted-names.ts";

/** A mistake in an expression that can be found without a response. */
export class Mistake extends Error {
  override readonly name = "Mistake";
  /** The message for the log, without anything that the sender wrote. */
  readonly logMessage: string;

  constructor(message: string, logMessage: string = message) {
    super(message);
    this.logMessage = logMessage;
  }
}

const KEYWORDS: ReadonlySet<string> = new Set(["true", "false", "null"]);

/** The mistake of a name that is wrong on any object; `undefined`: none. */
export function mistakeOfName(marked: string): Mistake | undefined {
  if (!KEYWORDS.has(marked)) return undefined;
  return new Mistake(`must write ${marked} in backticks: did you mean \`${marked}\`?`);
}

/** How a name is used: as the start of a path, as a whole value, or as the right operand of a comparison. */
export type NameUse = "path" | "whole" | "compared";

export function unknownName(marked: string, known: readonly string[], use: NameUse): Mistake {
  const name = nameOf(marked);
  const isPath = known.some((fact) => name.startsWith(`${fact}.`));
  const nearest = isPath ? name.slice(0, 64) : nearestName(name, known);
  if (isQuoted(marked) && use !== "path" && nearest === undefined)
    return textInDoubleQuotes(marked);
  const isOfFacts = known.includes("body");
  // An outcome has `response.body`; an expression sees the response itself.
  const inBody = name === "response" ? "body, or body.response" : `body.${shown(marked)}`;
  const path = nearest ?? (isOfFacts ? inBody : undefined);
  const text = use === "compared" && nearest === undefined ? `'${shown(marked)}'` : undefined;
  const meant = [path, text].filter((way) => way !== undefined).join(", or the text ");
  const among = `must begin with one of ${known.join(", ")}`.slice(0, 200);
  // The sender chose the member names of an object that the expression makes: they are not logged.
  const logMessage = isOfFacts ? among : "must begin with a member of the object before it";
  return new Mistake(
    `${among}, got ${shown(marked)}${meant && `: did you mean ${meant}?`}`,
    logMessage,
  );
}

export function textInDoubleQuotes(marked: string): Mistake {
  const logMessage = "must write a text in single quotes, in double quotes it is a name";
  const name = nameOf(marked);
  // Only a plain word is quoted back. Anything else may be a secret.
  const isWord = /^[a-z][a-z_ -]{0,31}$/i.test(name);
  return new Mistake(
    `${logMessage}: ${isWord ? `did you mean '${name}'?` : "did you mean '...'?"}`,
    logMessage,
  );
}

export function upperCaseHeader(name: string): Mistake {
  const logMessage = "must write a header's name in lower case";
  const meant = shown(name.toLowerCase());
  return new Mistake(`${logMessage}: did you mean headers.${meant}?`, logMessage);
}

export function nameWithDash(): Mistake {
  return new Mistake(
    'must write a name that has a dash in double quotes: did you mean headers."x-name"?',
  );
}

/** The mistake of a text that was probably meant as a path; `undefined`: none. */
export function mistakeOfQuotedPath(value: unknown): Mistake | undefined {
  const isPath = typeof value === "string" && /^(?:body|headers)(?:[.[][\w.[\]-]+)$/.test(value);
  if (!isPath) return undefined;
  const logMessage = "must write a path without quotes";
  return new Mistake(`${logMessage}: did you mean ${value.slice(0, 64)}?`, logMessage);
}

/** The mistake of a path that begins with a negation: `!a.b` means `(!a).b`. `undefined`: none. */
export function mistakeOfNegation(path: Expression): Mistake | undefined {
  if (path.type === "NotExpression" || beginning(path).type !== "NotExpression") return undefined;
  const logMessage = "must negate a path as a whole, ! alone negates only its first name";
  return new Mistake(`${logMessage}: did you mean !(${written(path)})?`, logMessage);
}

/** The first part of a path. */
function beginning(node: Expression): Expression {
  switch (node.type) {
    case "Subexpression":
    case "IndexExpression":
    case "Projection":
    case "ValueProjection":
    case "FilterProjection":
      return beginning(node.left);
    case "Flatten":
      return beginning(node.child);
    default:
      return node;
  }
}

function written(path: Expression): string {
  switch (path.type) {
    case "Field":
      return shown(path.name);
    case "Current":
      return "@";
    case "Root":
      return "$";
    case "NotExpression":
      return written(path.child);
    case "Subexpression":
      return `${written(path.left)}.${written(path.right)}`;
    case "IndexExpression":
      return `${written(path.left)}${path.right.type === "Index" ? `[${path.right.value}]` : "[...]"}`;
    default:
      return "...";
  }
}

export function memberOfNoObject(type: string): Mistake {
  const meant = type === "list" ? ": did you mean [*] or [0] before it?" : "";
  return new Mistake(`must not look for a member in ${withArticle(type)}, which has none${meant}`);
}

export function noList(type: string | undefined): Mistake {
  return new Mistake(`must use [ ] on a list, got ${withArticle(type)}`);
}

export function listOfFacts(): Mistake {
  return new Mistake(
    "must name the list that [ ] is used on, because the root is an object: did you mean body[...]?",
  );
}

/** Outside a `let`, JMESPath parses `a = 'b'` as a binding, which gives an object and so always says yes. */
export function strayBinding(node: Extract<Expression, { type: "Binding" }>): Mistake {
  let first: Expression = node.reference;
  while ("left" in first) first = first.left;
  const [sign, meant] = first.type === "NotExpression" ? ["=!", "!="] : ["=", "=="];
  return new Mistake(
    `must compare by ${meant}, got ${sign}, which binds a name and says yes for every response: did you mean ${meant}?`,
  );
}

/**
 * `&name` is only for functions that evaluate it on each element. Anywhere else it is an object, so it always says yes.
 */
export function strayReference(): Mistake {
  return new Mistake(
    "must use & only for an argument of a function such as sort_by(): did you mean &&, or no & at all?",
  );
}

/** A name as the expression writes it, shortened: it may be as long as the expression. */
function shown(marked: string): string {
  const name = nameOf(marked).slice(0, 64);
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

/** `a text`, `an object`. */
export function withArticle(type: string | undefined): string {
  return `${/^[aeiou]/.test(`${type}`) ? "an" : "a"} ${type}`;
}
