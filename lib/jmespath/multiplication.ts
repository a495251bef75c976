import type { Expression } from "./bounded-interpreter.ts";

/** A value that is read again for every element of a list may be as long as the list: it counts as this many. */
const PER_ELEMENT = 32;

/**
 * How many times an expression can multiply its input, computed from its tree alone: parallel parts are added, parts
 * in sequence are multiplied. `[@, @]` gives 2; `[@, @] | [@, @]` gives 4.
 */
export function multiplicationOf(node: Expression, perElement: boolean = false): number {
  const of = (child: Expression) => multiplicationOf(child, perElement);
  const ofEach = (child: Expression) => multiplicationOf(child, true);
  const sum = (children: readonly Expression[]) =>
    children.reduce((total, child) => total + of(child), 0);
  switch (node.type) {
    case "Root":
    case "Variable":
      return perElement ? PER_ELEMENT : 1;
    case "Pipe":
    case "Subexpression":
    case "IndexExpression":
      return of(node.left) * of(node.right);
    case "Projection":
    case "ValueProjection":
      return of(node.left) * ofEach(node.right);
    case "FilterProjection":
      return of(node.left) * (ofEach(node.condition) + ofEach(node.right));
    case "LetExpression":
      return node.bindings.reduce((product, binding) => product * of(binding), of(node.expression));
    case "Binding":
      return of(node.reference);
    case "MultiSelectList":
      return Math.max(1, sum(node.children));
    case "Function": {
      const isPerElement = node.children.some(({ type }) => type === "ExpressionReference");
      if (!isPerElement) return Math.max(1, sum(node.children));
      return node.children.reduce((product, child) => product * of(child), 1);
    }
    case "MultiSelectHash":
      return Math.max(1, sum(node.children.map(({ value }) => value)));
    case "ExpressionReference":
      return ofEach(node.child);
    case "Flatten":
    case "NotExpression":
      return of(node.child);
    case "Ternary":
      return sum([node.condition, node.trueExpr, node.falseExpr]);
    case "OrExpression":
    case "AndExpression":
    case "Comparator":
    case "Arithmetic":
      return sum([node.left, node.right]);
    case "Unary":
      return of(node.operand);
    case "Field":
    case "Index":
    case "Slice":
    case "Literal":
    case "Identity":
    case "Current":
      return 1;
  }
}
