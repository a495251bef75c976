import { describe, expect, it } from "vitest";
import type { Item } from "../../../infra/local/dynamodb/attribute-value.ts";
import {
  updatedItem,
  updatedPaths,
} from "../../../infra/local/dynamodb/expression/apply-update.ts";
import { placeholdersOf } from "../../../infra/local/dynamodb/expression/placeholders.ts";
import { parseUpdate } from "../../../infra/local/dynamodb/expression/update.ts";

const VALUES = { ":one": { N: "1" }, ":half": { N: "0.5" }, ":text": { S: "t" } };

function updated(text: string, item: Item): Item {
  const parsed = parseUpdate(text);
  const used = Object.entries(VALUES).filter(([name]) => parsed.values.has(name));
  const input = { ExpressionAttributeValues: Object.fromEntries(used) };
  const placeholders = placeholdersOf(input, { UpdateExpression: parsed });
  updatedPaths(parsed.ast, placeholders);
  return updatedItem(item, parsed.ast, placeholders);
}

describe("updatedItem", () => {
  const cases: [text: string, before: Item, after: Item][] = [
    ["SET a = :one", {}, { a: { N: "1" } }],
    ["set a = a + :half", { a: { N: "2" } }, { a: { N: "2.5" } }],
    ["SET a = a - :half", { a: { N: "0" } }, { a: { N: "-0.5" } }],
    ["SET a = if_not_exists(a, :one) + :one", {}, { a: { N: "2" } }],
    ["SET a = if_not_exists(a, :one)", { a: { N: "7" } }, { a: { N: "7" } }],
    ["SET a = b, b = a", { a: { N: "1" }, b: { N: "2" } }, { a: { N: "2" }, b: { N: "1" } }],
    ["REMOVE a SET b = a", { a: { N: "1" } }, { b: { N: "1" } }],
    ["REMOVE a, absent", { a: { N: "1" }, c: { N: "3" } }, { c: { N: "3" } }],
    ["SET m.b = :text", { m: { M: {} } }, { m: { M: { b: { S: "t" } } } }],
    ["SET l[9] = :one", { l: { L: [] } }, { l: { L: [{ N: "1" }] } }],
    [
      "REMOVE l[0], l[1]",
      { l: { L: [{ N: "0" }, { N: "1" }, { N: "2" }] } },
      { l: { L: [{ N: "2" }] } },
    ],
  ];
  it.each(cases)("%s", (text, before, after) => {
    const frozen = structuredClone(before);
    expect(updated(text, before)).toEqual(after);
    expect(before).toEqual(frozen);
  });

  it("sets an attribute whose name every object inherits", () => {
    const item = updated("SET __proto__ = :one", {});
    expect(Object.entries(item)).toEqual([["__proto__", { N: "1" }]]);
  });

  const refused: [text: string, item: Item, reason: string][] = [
    ["SET a = a + :one", {}, "does not exist in the item"],
    ["SET a = a + :one", { a: { S: "1" } }, "incorrect data type"],
    ["SET a.b = :one", {}, "invalid for update"],
    ["SET a = :one, a = :half", {}, "overlap"],
    ["SET a = :one REMOVE a.b", {}, "overlap"],
  ];
  it.each(refused)("refuses: %s", (text, item, reason) => {
    expect(() => updated(text, item)).toThrow(reason);
  });
});

describe("parseUpdate", () => {
  const refused: [text: string, reason: string][] = [
    ["SET", "Syntax error"],
    ["a = :b", "Syntax error"],
    ["SET a = :b SET c = :d", 'The "SET" section can only be used once'],
    ["ADD a :b", "does not support ADD"],
    ["DELETE a :b", "does not support DELETE"],
    ["SET a = list_append(a, :b)", "does not support list_append"],
    ["SET status = :b", "reserved keyword: status"],
  ];
  it.each(refused)("refuses: %s", (text, reason) => {
    expect(() => parseUpdate(text)).toThrow(reason);
  });
});
