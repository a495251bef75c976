import type { Expression } from "../jmespath/bounded-interpreter.ts";
import { compilePaths } from "../jmespath/compile-paths.ts";
import { createEvaluationBudget, type EvaluationBudget } from "../jmespath/evaluation-budget.ts";
import { mistakeOfComparison } from "./comparison-mistakes.ts";
import { folded } from "./constant-folding.ts";
import { mistakeOfConstant, type VerdictPlace } from "./constant-mistakes.ts";
import { FACTS } from "./facts.ts";
import {
  givenBy,
  mistakeOfCall,
  mistakeOfQuotedText,
  mistakeOfReferences,
} from "./function-signatures.ts";
import { junction } from "./junction.ts";
import { ANYTHING, BOOLEAN, constant, type KnownValue, LIST, NUMBER } from "./known-value.ts";
import { member } from "./member.ts";
import {
  listOfFacts,
  Mistake,
  mistakeOfNegation,
  mistakeOfQuotedPath,
  nameWithDash,
  noList,
  strayBinding,
  strayReference,
} from "./mistake-messages.ts";
import { isQuoted, markQuotedNames, nameOf } from "./quoted-names.ts";
import { saysYes } from "./says-yes.ts";

/** The purpose of an expression: to say yes or no, or to pick a value. */
export type Purpose = "verdict" | "value";

/** Enough steps to compute an expression's constant parts. */
const CONSTANT_STEPS = 1000;

/**
 * Finds mistakes in an expression that do not depend on the response: valid JMESPath that means something else than
 * its writer intended, so that the poll would never end or end at once.
 *
 * @param text an expression that parses
 * @returns the first mistake; `undefined`: none found
 */
export function mistakeIn(text: string, purpose: Purpose): Mistake | undefined {
  const tree = compilePaths(markQuotedNames(text));
  const budget = createEvaluationBudget(CONSTANT_STEPS);
  const root = { current: FACTS_OBJECT, variables: new Map(), budget };
  try {
    if (purpose === "verdict") lookAtVerdict(tree, root, "whole");
    else if (tree.type === "Literal") throwIfAny(mistakeOfQuotedPath(tree.value));
    else look(tree, root);
    return undefined;
  } catch (error) {
    if (error instanceof Mistake) return error;
    throw error;
  }
}

const FACTS_OBJECT: KnownValue = { type: "object", members: FACTS, isYes: true };

/** The context of a part of an expression. */
interface Place {
  /** The value that the part is evaluated on. */
  readonly current: KnownValue;
  /** The variables bound by `let`. */
  readonly variables: ReadonlyMap<string, KnownValue>;
  readonly budget: EvaluationBudget;
}

type Node<Type extends Expression["type"]> = Extract<Expression, { type: Type }>;

/** Checks a part that must say yes or no: an acceptor, a filter's condition, or an operand of one. */
function lookAtVerdict(node: Expression, place: Place, verdictPlace: VerdictPlace): KnownValue {
  switch (node.type) {
    case "OrExpression":
    case "AndExpression":
      return junction(node, node.type, (operand, operandPlace) =>
        lookAtVerdict(operand, place, operandPlace),
      );
    case "NotExpression":
      lookAtVerdict(node.child, place, "not");
      return BOOLEAN;
    case "Ternary": {
      lookAtVerdict(node.condition, place, "whole");
      const [yes, no] = [look(node.trueExpr, place), look(node.falseExpr, place)];
      if (yes.constant === undefined || no.constant === undefined) return ANYTHING;
      if (saysYes(yes.constant) === saysYes(no.constant)) {
        throwIfAny(mistakeOfConstant(yes, "whole", false));
      }
      return ANYTHING;
    }
    case "Pipe":
      return lookAtVerdict(node.right, over(look(node.left, place), place), verdictPlace);
    case "LetExpression":
      return lookAtVerdict(node.expression, bound(node, place), verdictPlace);
    default: {
      const known = look(node, place);
      throwIfAny(mistakeOfConstant(known, verdictPlace, node.type === "Literal"));
      return known;
    }
  }
}

/** Checks an expression that gives a value. */
function look(node: Expression, place: Place): KnownValue {
  throwIfAny(mistakeOfNegation(node));
  switch (node.type) {
    case "Literal":
      return constant(node.value);
    case "Identity":
    case "Current":
      return place.current;
    case "Root":
      return FACTS_OBJECT;
    case "Variable":
      return variable(node, place);
    case "Field":
      return member(node, place.current, "whole");
    case "Subexpression": {
      const left = lookAtBase(node.left, place);
      return node.right.type === "Field"
        ? member(node.right, left, "path")
        : look(node.right, over(left, place));
    }
    case "Pipe":
      return look(node.right, over(look(node.left, place), place));
    case "IndexExpression":
      lookAtList(node.left, place, node.right.type === "Slice");
      return ANYTHING;
    case "Flatten":
      lookAtList(node.child, place);
      return LIST;
    case "Projection":
      lookAtList(node.left, place);
      look(node.right, over(ANYTHING, place));
      // A slice of a text is a text.
      return isSlice(node.left) ? ANYTHING : LIST;
    case "FilterProjection":
      lookAtList(node.left, place);
      lookAtVerdict(node.condition, over(ANYTHING, place), "whole");
      look(node.right, over(ANYTHING, place));
      return LIST;
    case "ValueProjection":
      lookAtBase(node.left, place);
      look(node.right, over(ANYTHING, place));
      return LIST;
    case "Index":
    case "Slice":
      return ANYTHING;
    case "Comparator": {
      const left = lookAtOperand(node.left, place);
      const right =
        node.right.type === "Field"
          ? member(node.right, place.current, "compared")
          : lookAtOperand(node.right, place);
      throwIfAny(mistakeOfComparison(node, left, right));
      return BOOLEAN;
    }
    case "OrExpression":
    case "AndExpression":
      return junction(node, node.type, (operand) => look(operand, place));
    case "NotExpression":
      look(node.child, place);
      return BOOLEAN;
    case "Ternary":
      lookAtVerdict(node.condition, place, "whole");
      look(node.trueExpr, place);
      look(node.falseExpr, place);
      return ANYTHING;
    case "Arithmetic":
      return difference(node, place);
    case "Unary":
      look(node.operand, place);
      return NUMBER;
    case "MultiSelectList":
      return list(node, place);
    case "MultiSelectHash":
      return hash(node, place);
    case "ExpressionReference":
      throw strayReference();
    case "Function":
      return call(node, place);
    case "LetExpression":
      return look(node.expression, bound(node, place));
    case "Binding":
      throw strayBinding(node);
  }
}

/** `a == ('x' || 'y')` compares with `'x'` only. */
function lookAtOperand(node: Expression, place: Place): KnownValue {
  if (node.type !== "OrExpression" && node.type !== "AndExpression") return look(node, place);
  return junction(node, node.type, (operand, operandPlace, nth) => {
    const known = look(operand, place);
    if (nth > 0) return;
    throwIfAny(mistakeOfConstant(known, operandPlace, operand.type === "Literal"));
  });
}

function over(current: KnownValue, place: Place): Place {
  return { ...place, current };
}

function throwIfAny(mistake: Mistake | undefined): void {
  if (mistake !== undefined) throw mistake;
}

/** Checks the part before a dot or a bracket. */
function lookAtBase(node: Expression, place: Place): KnownValue {
  return node.type === "Field" ? member(node, place.current, "path") : look(node, place);
}

function lookAtList(node: Expression, place: Place, mayBeText: boolean = false): void {
  const known = lookAtBase(node, place);
  if (known === FACTS_OBJECT) throw listOfFacts();
  const isList = known.type === undefined || known.type === "list";
  if (!isList && !(mayBeText && known.type === "text")) throw noList(known.type);
}

function isSlice(node: Expression): boolean {
  return node.type === "IndexExpression" && node.right.type === "Slice";
}

function difference(node: Node<"Arithmetic">, place: Place): KnownValue {
  const { members } = place.current;
  let first: Expression = node.right;
  while (first.type === "Subexpression") first = first.left;
  if (
    node.operator === "Minus" &&
    (node.left.type === "Subexpression" || node.left.type === "Field") &&
    first.type === "Field" &&
    !isQuoted(first.name) &&
    members !== undefined &&
    !Object.hasOwn(members, first.name)
  ) {
    throw nameWithDash();
  }
  look(node.left, place);
  look(node.right, place);
  return NUMBER;
}

function hash(node: Node<"MultiSelectHash">, place: Place): KnownValue {
  const members = Object.fromEntries(
    node.children.map(({ name, value }) => [nameOf(name), look(value, place)]),
  );
  return { type: "object", members, ...(place.current.isYes && { isYes: true }) };
}

function list(node: Node<"MultiSelectList">, place: Place): KnownValue {
  const elements = node.children.map((child) => look(child, place));
  return (
    folded(node, elements, place.budget) ?? {
      ...LIST,
      ...(place.current.isYes && elements.length > 0 && { isYes: true }),
    }
  );
}

function call(node: Node<"Function">, place: Place): KnownValue {
  throwIfAny(mistakeOfQuotedText(node));
  throwIfAny(mistakeOfReferences(node));
  const args = node.children.map((child) =>
    child.type === "ExpressionReference"
      ? look(child.child, over(ANYTHING, place))
      : look(child, place),
  );
  throwIfAny(mistakeOfCall(node, args));
  return folded(node, args, place.budget) ?? givenBy(node.name);
}

function variable({ name }: Node<"Variable">, { variables }: Place): KnownValue {
  const known = variables.get(name);
  if (known !== undefined) return known;
  const meant = Object.hasOwn(FACTS, name) ? `: did you mean ${name}?` : "";
  const logMessage = "must bind by let each $ variable";
  throw new Mistake(`${logMessage}, got $${name.slice(0, 64)}${meant}`, logMessage);
}

function bound({ bindings }: Node<"LetExpression">, place: Place): Place {
  const variables = new Map(place.variables);
  for (const binding of bindings as readonly Expression[]) {
    if (binding.type !== "Binding" || typeof binding.variable !== "string") {
      throw new Mistake("must bind by let $name = ... in ...");
    }
    variables.set(binding.variable, look(binding.reference, place));
  }
  return { ...place, variables };
}
