import { describe, expect, it } from "vitest";
import type { Item } from "../../../infra/local/dynamodb/attribute-value.ts";
import { parseCondition } from "../../../infra/local/dynamodb/expression/condition.ts";
import { meets } from "../../../infra/local/dynamodb/expression/evaluate-condition.ts";
import { placeholdersOf } from "../../../infra/local/dynamodb/expression/placeholders.ts";

const ITEM: Item = {
  id: { S: "poll-1" },
  seen: { N: "10" },
  big: { N: "9007199254740993" },
  raw_: { B: "AQID" },
  tags: { SS: ["a", "b"] },
  steps: { L: [{ N: "1" }, { M: { deep: { S: "x" } } }] },
  done: { BOOL: false },
  nothing: { NULL: true },
};

const VALUES = {
  ":two": { N: "2" },
  ":ten": { N: "1e1" },
  ":eleven": { N: "11" },
  ":big": { N: "9007199254740992" },
  ":text": { S: "poll" },
  ":a": { S: "a" },
  ":x": { S: "x" },
  ":start": { B: "AQ==" },
  ":tags": { SS: ["b", "a"] },
  ":no": { BOOL: false },
};

function holds(text: string, item: Item = ITEM): boolean {
  const parsed = parseCondition(text);
  const used = Object.entries(VALUES).filter(([name]) => parsed.values.has(name));
  const input = { ExpressionAttributeValues: Object.fromEntries(used) };
  return meets(item, parsed.ast, placeholdersOf(input, { ConditionExpression: parsed }));
}

describe("meets", () => {
  const met: string[] = [
    "seen = :ten",
    "seen > :two",
    "seen < :eleven",
    "big > :big",
    "absent <> :two",
    "tags = :tags",
    "done = :no",
    "attribute_exists(id) AND attribute_not_exists(absent)",
    "attribute_exists(nothing)",
    "attribute_not_exists(id.a)",
    "steps[1].deep = :x",
    "begins_with(id, :text)",
    "begins_with(raw_, :start)",
    "contains(tags, :a)",
    "contains(id, :text)",
    "size(tags) = :two AND size(steps) = :two",
    "seen BETWEEN :two AND :eleven",
    "seen IN (:two, :ten)",
    "NOT seen = :two",
    "not seen = :two and attribute_exists ( id )",
    // AND binds before OR.
    "seen = :ten OR seen = :two AND seen = :eleven",
    "NOT (seen = :two OR seen = :eleven)",
  ];
  it.each(met)("%s", (text) => expect(holds(text)).toBe(true));

  const unmet: string[] = [
    "seen = :two",
    "absent = :two",
    "absent < :two",
    "NOT seen = :ten",
    // Values of different types are never equal and have no order.
    "id = :two",
    "id < :two",
    "id > :two",
    "(seen = :ten OR seen = :two) AND seen = :eleven",
    "attribute_exists(steps[2])",
    "attribute_exists(toString.length_)",
    "begins_with(seen, :text)",
    "seen BETWEEN :eleven AND :two",
  ];
  it.each(unmet)("not: %s", (text) => expect(holds(text)).toBe(false));

  it("is not met by attributes of an item that does not exist", () => {
    expect(holds("attribute_not_exists(id)", {})).toBe(true);
    expect(holds("seen = :ten", {})).toBe(false);
  });
});

describe("parseCondition", () => {
  const refused: [text: string, reason: string][] = [
    ["", "can not be empty"],
    ["a =", "Syntax error"],
    ["a = :b AND", "Syntax error"],
    ["(a = :b", "Syntax error"],
    ["a = :b)", "Syntax error"],
    ["a == :b", "Syntax error"],
    ["a ? :b", 'token: "?"'],
    ["owner = :b", "reserved keyword: owner"],
    ["TTL = :b", "reserved keyword: TTL"],
    ["exists(a)", "Invalid function name; function: exists"],
    ["a = upper(b)", "Invalid function name; function: upper"],
    ["a[b] = :c", "Syntax error"],
    [`a = ${"x".repeat(4096)}`, "maximum allowed size"],
  ];
  it.each(refused)("refuses: %s", (text, reason) => {
    expect(() => parseCondition(text)).toThrow(`Invalid ConditionExpression: `);
    expect(() => parseCondition(text)).toThrow(reason);
  });
});

describe("placeholdersOf", () => {
  const parsed = parseCondition("#a = :b");
  const refused: [input: object, reason: string][] = [
    [{}, "attribute name: #a"],
    [{ ExpressionAttributeNames: { "#a": "a" } }, "attribute value: :b"],
    [
      {
        ExpressionAttributeNames: { "#a": "a", "#c": "c" },
        ExpressionAttributeValues: { ":b": { S: "" } },
      },
      "unused in expressions: keys: {#c}",
    ],
    [
      {
        ExpressionAttributeNames: { "#a": "a" },
        ExpressionAttributeValues: { ":b": { S: "" }, ":d": { S: "" } },
      },
      "unused in expressions: keys: {:d}",
    ],
  ];
  it.each(refused)("refuses %j", (input, reason) => {
    expect(() => placeholdersOf(input, { ConditionExpression: parsed })).toThrow(reason);
  });
});
