import { compile } from "@jmespath-community/jmespath";
import type { Expression } from "./bounded-interpreter.ts";

/** Quoted names, texts and literals. */
const QUOTED = /"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`/gs;

/**
 * Compiles a JMESPath expression. After a wildcard behind a dot, the whole rest of the path belongs to the projection
 * (JMESPath specification, "Wildcard Expressions"). The library's parser puts only the first step into it: of
 * `jobs.*.status.state` it takes `.status`, and then looks for `state` in the list of all statuses.
 *
 * @throws the library's error when the text is not an expression
 */
export function compilePaths(text: string): Expression {
  const tree = compile(text);
  const bare = text.replace(QUOTED, "");
  // Parentheses end a projection, but the tree does not show them.
  const isAmbiguous = /\)\s*[.[]/.test(bare);
  return /\.\s*\*/.test(bare) && !isAmbiguous ? repaired(tree) : tree;
}

/** A node of an expression's tree, with the members that matter here. */
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

/** Moves a path step that follows a projection into the projection. */
function withinProjection(step: Node): Node {
  const { left } = step;
  if (!isNode(left) || left.type !== "ValueProjection") return step;
  return { ...left, right: withinProjection({ ...step, left: left.right }) };
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}
