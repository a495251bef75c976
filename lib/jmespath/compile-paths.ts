import { compile } from "@jmespath-community/jmespath";
import type { Expression } from "./bounded-interpreter.ts";

/** Names, texts and literals: what stands between two quotes of a kind. */
const QUOTED = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`/gs;

/**
 * Compiles a JMESPath expression. What follows a wildcard behind a dot belongs to its projection, as far as the path
 * goes (JMESPath specification, "Wildcard Expressions"): of `jobs.*.status.state`, the library's parser takes only
 * `.status` into it, and looks for `state` in the list of all statuses.
 *
 * @throws what the library throws where it is none
 */
export function compilePaths(text: string): Expression {
  const tree = compile(text);
  const bare = text.replace(QUOTED, "");
  // Parentheses end a projection, and leave no trace in a tree.
  const isAmbiguous = /\)\s*[.[]/.test(bare);
  return /\.\s*\*/.test(bare) && !isAmbiguous ? repaired(tree) : tree;
}

/** What an expression's tree is made of, as far as it matters here. */
interface Node {
  readonly type: string;
  readonly left?: unknown;
  readonly right?: unknown;
}

const PATH_TYPES: ReadonlySet<string> = new Set([
  "Subexpression",
  "IndexExpression",
  "Projection",
  "FilterProjection",
  "ValueProjection",
]);

function repaired<Part>(part: Part): Part {
  if (typeof part !== "object" || part === null) return part;
  if (Array.isArray(part)) return part.map(repaired) as Part;
  if (isNode(part) && part.type === "Literal") return part;
  const members = Object.entries(part).map(([name, child]) => [name, repaired(child)]);
  const copy: object = Object.fromEntries(members);
  return (isNode(copy) && PATH_TYPES.has(copy.type) ? withinProjection(copy) : copy) as Part;
}

/** Moves a step of a path that stands behind a projection into it. */
function withinProjection(step: Node): Node {
  const { left } = step;
  if (!isNode(left) || left.type !== "ValueProjection") return step;
  return { ...left, right: withinProjection({ ...step, left: left.right }) };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}
