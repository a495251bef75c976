import { validationError } from "../dynamodb-error.ts";
import { createParser, type Path, type Reader } from "./reader.ts";

export type SetOperand =
  | { readonly kind: "path"; readonly path: Path }
  | { readonly kind: "value"; readonly name: string }
  | { readonly kind: "ifNotExists"; readonly path: Path; readonly otherwise: SetOperand };

export type SetValue =
  | SetOperand
  | {
      readonly kind: "plus" | "minus";
      readonly left: SetOperand;
      readonly right: SetOperand;
    };

export interface Update {
  readonly set: readonly { readonly path: Path; readonly value: SetValue }[];
  readonly remove: readonly Path[];
}

const CLAUSES = ["SET", "REMOVE", "ADD", "DELETE"] as const;

/**
 * Parses an update (Amazon DynamoDB, "Update expressions"): the clauses SET, with values, paths, `if_not_exists`,
 * `+` and `-`, and REMOVE. Refuses the clauses ADD and DELETE and the function `list_append` by name.
 */
export const parseUpdate = createParser<Update>("UpdateExpression", (reader) => {
  const clauses: { set?: Update["set"]; remove?: Update["remove"] } = {};
  while (reader.token.kind !== "end") {
    const clause = CLAUSES.find((keyword) => reader.takeKeyword(keyword));
    switch (clause) {
      case "SET":
        if (clauses.set) throw repeated("SET");
        clauses.set = reader.list(() => assignment(reader));
        break;
      case "REMOVE":
        if (clauses.remove) throw repeated("REMOVE");
        clauses.remove = reader.list(() => reader.path());
        break;
      case undefined:
        throw reader.syntaxError();
      default:
        throw validationError(
          `The local table does not support ${clause}; to count, use SET a = if_not_exists(a, :zero) + :n`,
        );
    }
  }
  return { set: clauses.set ?? [], remove: clauses.remove ?? [] };
});

const repeated = (clause: string) =>
  validationError(`The "${clause}" section can only be used once in an update expression;`);

function assignment(reader: Reader): Update["set"][number] {
  const path = reader.path();
  reader.expectSymbol("=");
  return { path, value: setValue(reader) };
}

function setValue(reader: Reader): SetValue {
  const left = setOperand(reader);
  if (reader.takeSymbol("+")) return { kind: "plus", left, right: setOperand(reader) };
  if (reader.takeSymbol("-")) return { kind: "minus", left, right: setOperand(reader) };
  return left;
}

function setOperand(reader: Reader): SetOperand {
  if (reader.token.kind === "value") return { kind: "value", name: reader.value() };
  if (reader.takeSymbol("(")) {
    const inner = setOperand(reader);
    reader.expectSymbol(")");
    return inner;
  }
  const isCall = reader.next.kind === "symbol" && reader.next.text === "(";
  if (!isCall) return { kind: "path", path: reader.path() };
  const { text: name } = reader.take();
  if (name === "list_append") throw validationError("The local table does not support list_append");
  if (name !== "if_not_exists") throw validationError(`Invalid function name; function: ${name}`);
  reader.expectSymbol("(");
  const path = reader.path();
  reader.expectSymbol(",");
  const otherwise = setOperand(reader);
  reader.expectSymbol(")");
  return { kind: "ifNotExists", path, otherwise };
}
