import { toJson } from "../json/json.ts";
import type { Expression } from "./bounded-interpreter.ts";

/** How tightly each kind of expression binds. One that binds less than its place needs parentheses. */
const TIGHTNESS: { readonly [type in Expression["type"]]?: number } = {
  LetExpression: 0,
  Binding: 0,
  Pipe: 1,
  Ternary: 2,
  OrExpression: 3,
  AndExpression: 4,
  Comparator: 5,
  Arithmetic: 6,
  Unary: 7,
  NotExpression: 7,
};

const PATH = 8;

const COMPARATORS = { EQ: "==", NE: "!=", GT: ">", GTE: ">=", LT: "<", LTE: "<=" } as const;

const OPERATORS: Readonly<Record<string, string>> = {
  Plus: "+",
  Minus: "-",
  Multiply: "*",
  Star: "*",
  Divide: "/",
  Modulo: "%",
  Div: "//",
};

/**
 * Writes a part of a compiled expression as text, for people: the tree does not keep the text that it was made from.
 *
 * @returns JMESPath that means the same
 */
export function writeExpression(node: Expression): string {
  switch (node.type) {
    case "Identity":
    case "Current":
      return "@";
    case "Root":
      return "$";
    case "Field":
      return nameText(node.name);
    case "Literal":
      return literalText(node.value);
    case "Variable":
      return `$${node.name}`;
    case "Index":
      return `[${node.value}]`;
    case "Slice":
      return sliceText(node);
    case "Subexpression":
      return base(node.left) + step(node.right);
    case "IndexExpression":
      return base(node.left) + writeExpression(node.right);
    case "Flatten":
      return `${base(node.child)}[]`;
    case "Projection":
      return isOwnProjection(node.left)
        ? base(node.left) + step(node.right)
        : `${base(node.left)}[*]${step(node.right)}`;
    case "ValueProjection":
      return `${base(node.left)}${node.left.type === "Identity" ? "" : "."}*${step(node.right)}`;
    case "FilterProjection":
      return `${base(node.left)}[?${writeExpression(node.condition)}]${step(node.right)}`;
    case "Comparator":
      return `${within(node.left, 6)} ${COMPARATORS[node.name]} ${within(node.right, 6)}`;
    case "OrExpression":
      return `${within(node.left, 3)} || ${within(node.right, 4)}`;
    case "AndExpression":
      return `${within(node.left, 4)} && ${within(node.right, 5)}`;
    case "NotExpression":
      return `!${isName(node.child) ? writeExpression(node.child) : `(${writeExpression(node.child)})`}`;
    case "Pipe":
      return `${within(node.left, 1)} | ${within(node.right, 2)}`;
    case "Ternary":
      return `${within(node.condition, 3)} ? ${within(node.trueExpr, 3)} : ${within(node.falseExpr, 3)}`;
    case "Arithmetic":
      return `${within(node.left, 7)} ${OPERATORS[node.operator] ?? "?"} ${within(node.right, 7)}`;
    case "Unary":
      return `${OPERATORS[node.operator] ?? "?"}${within(node.operand, PATH)}`;
    case "MultiSelectList":
      return `[${node.children.map(writeExpression).join(", ")}]`;
    case "MultiSelectHash": {
      const members = node.children.map(
        ({ name, value }) => `${nameText(name)}: ${writeExpression(value)}`,
      );
      return `{${members.join(", ")}}`;
    }
    case "ExpressionReference":
      return `&${within(node.child, 2)}`;
    case "Function":
      return `${node.name}(${node.children.map(writeExpression).join(", ")})`;
    case "LetExpression":
      return `let ${node.bindings.map(writeExpression).join(", ")} in ${writeExpression(node.expression)}`;
    case "Binding":
      return `$${node.variable} = ${writeExpression(node.reference)}`;
  }
}

function within(node: Expression, least: number): string {
  const text = writeExpression(node);
  return (TIGHTNESS[node.type] ?? PATH) < least ? `(${text})` : text;
}

/** `!a.b` would be `(!a).b`. */
function isName({ type }: Expression): boolean {
  return type === "Field" || type === "Function";
}

/** What stands before a dot or a bracket. */
function base(node: Expression): string {
  return node.type === "Identity" ? "" : within(node, PATH);
}

/** What stands after a path: `.name`, `[0]`, or nothing. */
function step(node: Expression): string {
  if (node.type === "Identity") return "";
  const text = writeExpression(node);
  return text.startsWith("[") && node.type !== "MultiSelectList" ? text : `.${text}`;
}

/** Whether the left side of a projection makes the list itself: `[]`, `[1:]`. Otherwise it is `[*]`. */
function isOwnProjection(left: Expression): boolean {
  return (
    left.type === "Flatten" || (left.type === "IndexExpression" && left.right.type === "Slice")
  );
}

function nameText(name: string): string {
  return /^[A-Za-z_]\w*$/.test(name) ? name : JSON.stringify(name);
}

function literalText(value: unknown): string {
  if (typeof value !== "string") return `\`${toJson(value).replaceAll("`", "\\`")}\``;
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function sliceText({ start, stop, step }: Extract<Expression, { type: "Slice" }>): string {
  const end = step === null ? "" : `:${step}`;
  return `[${start ?? ""}:${stop ?? ""}${end}]`;
}
