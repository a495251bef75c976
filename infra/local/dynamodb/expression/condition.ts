import { validationError } from "../dynamodb-error.ts";
import { createParser, type Path, type Reader } from "./reader.ts";

export type Operand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly name: string }
  | { readonly kind: "size"; readonly path: Path };

export const COMPARATORS = ["=", "<>", "<", "<=", ">", ">="] as const;
export type Comparator = (typeof COMPARATORS)[number];

export type Condition =
  | { readonly kind: "and" | "or"; readonly terms: readonly Condition[] }
  | { readonly kind: "not"; readonly term: Condition }
  | {
      readonly kind: "compare";
      readonly comparator: Comparator;
      readonly left: Operand;
      readonly right: Operand;
    }
  | {
      readonly kind: "between";
      readonly operand: Operand;
      readonly low: Operand;
      readonly high: Operand;
    }
  | { readonly kind: "in"; readonly operand: Operand; readonly options: readonly Operand[] }
  | { readonly kind: "exists" | "notExists"; readonly path: Path }
  | { readonly kind: "hasType"; readonly path: Path; readonly type: Operand }
  | {
      readonly kind: "beginsWith" | "contains";
      readonly operand: Operand;
      readonly part: Operand;
    };

/**
 * Parses a condition (Amazon DynamoDB, "Condition and filter expressions, operators, and functions"). NOT has a higher
 * precedence than AND, AND than OR.
 */
export const parseCondition = createParser("ConditionExpression", disjunction);
export const parseFilter = createParser("FilterExpression", disjunction);
export const parseKeyCondition = createParser("KeyConditionExpression", disjunction);

function disjunction(reader: Reader): Condition {
  return joined(reader, "or", conjunction);
}

function conjunction(reader: Reader): Condition {
  return joined(reader, "and", negation);
}

function joined(
  reader: Reader,
  kind: "and" | "or",
  read: (reader: Reader) => Condition,
): Condition {
  const first = read(reader);
  const terms = [first];
  while (reader.takeKeyword(kind.toUpperCase())) terms.push(read(reader));
  return terms.length === 1 ? first : { kind, terms };
}

function negation(reader: Reader): Condition {
  return reader.takeKeyword("NOT") ? { kind: "not", term: negation(reader) } : predicate(reader);
}

function predicate(reader: Reader): Condition {
  if (reader.takeSymbol("(")) {
    const inner = disjunction(reader);
    reader.expectSymbol(")");
    return inner;
  }
  if (isCall(reader) && reader.token.text !== "size") return call(reader);
  return comparison(reader);
}

function isCall({ token, next }: Reader): boolean {
  return token.kind === "word" && next.kind === "symbol" && next.text === "(";
}

function call(reader: Reader): Condition {
  const { text: name } = reader.take();
  reader.expectSymbol("(");
  const condition = argumentsOf(name, reader);
  reader.expectSymbol(")");
  return condition;
}

function argumentsOf(name: string, reader: Reader): Condition {
  switch (name) {
    case "attribute_exists":
      return { kind: "exists", path: reader.path() };
    case "attribute_not_exists":
      return { kind: "notExists", path: reader.path() };
    case "attribute_type": {
      const path = reader.path();
      reader.expectSymbol(",");
      return { kind: "hasType", path, type: operand(reader) };
    }
    case "begins_with":
    case "contains": {
      const whole = operand(reader);
      reader.expectSymbol(",");
      const kind = name === "contains" ? "contains" : "beginsWith";
      return { kind, operand: whole, part: operand(reader) };
    }
    default:
      throw validationError(`Invalid function name; function: ${name}`);
  }
}

function comparison(reader: Reader): Condition {
  const left = operand(reader);
  if (reader.takeKeyword("BETWEEN")) {
    const low = operand(reader);
    reader.expectKeyword("AND");
    return { kind: "between", operand: left, low, high: operand(reader) };
  }
  if (reader.takeKeyword("IN")) {
    reader.expectSymbol("(");
    const options = reader.list(() => operand(reader));
    reader.expectSymbol(")");
    return { kind: "in", operand: left, options };
  }
  const comparator = COMPARATORS.find((symbol) => reader.takeSymbol(symbol));
  if (comparator === undefined) throw reader.syntaxError();
  return { kind: "compare", comparator, left, right: operand(reader) };
}

function operand(reader: Reader): Operand {
  if (reader.token.kind === "value") return { kind: "value", name: reader.value() };
  if (!isCall(reader)) return { kind: "path", path: reader.path() };
  if (reader.token.text !== "size") {
    throw validationError(`Invalid function name; function: ${reader.token.text}`);
  }
  reader.take();
  reader.expectSymbol("(");
  const path = reader.path();
  reader.expectSymbol(")");
  return { kind: "size", path };
}
