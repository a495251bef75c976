import { describe, expect, it } from "vitest";
import { type ExpressionPart, expressionParts } from "../../../lib/explain/expression-parts.ts";
import { createShow } from "../../../lib/explain/shown-value.ts";

const FACTS = {
  status: 200,
  headers: { "content-type": "application/json", location: "/jobs/7" },
  body: {
    status: "Running",
    id: 7,
    code: "200",
    nothing: null,
    items: [{ state: "ok" }, { state: "new" }],
    list: [],
    text: "abc",
    of: { a: { b: [{ name: "x" }] } },
  },
};

const show = createShow((text) => text);
const parts = (text: string) => expressionParts(text, FACTS, show);

/** All parts, outside in, as `expression: value`. */
const lines = ({ expression, value, error, parts = [] }: ExpressionPart): string[] => [
  `${expression}: ${value ?? `! ${error}`}`,
  ...parts.flatMap(lines),
];

const notes = ({ note, parts = [] }: ExpressionPart): string[] => [
  ...(note === undefined ? [] : [note]),
  ...parts.flatMap(notes),
];

describe("expressionParts", () => {
  it.each([
    ["body.status == 'done'", ['body.status: "Running"']],
    [
      "status == `200` && (body.id > `5` || body.x)",
      [
        "status == `200`: true",
        "status: 200",
        "body.id > `5` || body.x: true",
        "body.id > `5`: true",
        "body.id: 7",
        "body.x: null",
      ],
    ],
    ["body.a || body.b || body.c", ["body.a: null", "body.b: null", "body.c: null"]],
    ["!(body.status == 'done')", ["body.status == 'done': false", 'body.status: "Running"']],
    ["length(body.items)", [`body.items: [{"state":"ok"},{"state":"new"}]`]],
    ["body.items | [0].state", [`body.items: [{"state":"ok"},{"state":"new"}]`, '[0].state: "ok"']],
    ["let $x = body.id in $x == `7`", ["$x == `7`: true", "$x: 7"]],
    [
      "body.items[?state == 'done']",
      [`body.items: [{"state":"ok"},{"state":"new"}]`, "state == 'done': false", 'state: "ok"'],
    ],
    ["body.items[?state == 'ok']", []],
    ["body.id ? body.text : body.code", ["body.id: 7", 'body.text: "abc"', 'body.code: "200"']],
    ["[body.id, status]", ["body.id: 7", "status: 200"]],
    ["{ n: body.id }", ["body.id: 7"]],
    ["body.id + `1`", ["body.id: 7"]],
    [
      "body.items[?state == $.body.text] | [0]",
      [
        "body.items[?state == $.body.text]: []",
        `body.items: [{"state":"ok"},{"state":"new"}]`,
        "state == $.body.text: false",
        'state: "ok"',
        '$.body.text: "abc"',
        "[0]: null",
      ],
    ],
    ["length(body.missing)", ["body.missing: null"]],
  ])("shows the values within %s", (text, expected) => {
    expect(lines(parts(text)).slice(1)).toEqual(expected);
  });

  it.each([
    [
      "body.stauts",
      "body.stauts is null; body has: status, id, code, nothing, items, list, text, of",
    ],
    [
      "body.stauts == 'done'",
      "body.stauts is null; body has: status, id, code, nothing, items, list, text, of",
    ],
    [
      "headers.retry",
      "headers.retry is null; headers has: content-type, location".replace(
        "content-type",
        '"content-type"',
      ),
    ],
    ["body.of.a.c.d", "body.of.a.c is null; body.of.a has: b"],
    [
      "body.of.a.b.name",
      "body.of.a.b.name is null; body.of.a.b is a list of 1: did you mean body.of.a.b[0].name?",
    ],
    ["body.list.name", "body.list.name is null; body.list is an empty list"],
    ["body.of.a.b[3].name", "body.of.a.b[3] is null; body.of.a.b has 1 elements"],
    ["body.of.a.b[0].nmae", "body.of.a.b[0].nmae is null; body.of.a.b[0] has: name"],
    ["body.text.x", "body.text.x is null; body.text is a text"],
    ["body.id[0]", "body.id[0] is null; body.id is a number and not a list"],
    ["body.status[*].x", "body.status is a text and not a list"],
    [
      "body.itmes[?state == 'ok']",
      "body.itmes is null; body has: items, status, id, code, nothing, list, text, of",
    ],
    ["body.items[?stat == 'ok']", "body.items[0].stat is null; body.items[0] has: state"],
    [
      "length(body.txt)",
      "body.txt is null; body has: text, status, id, code, nothing, items, list, of",
    ],
    ["body.of | a.x", "body.of.a.x is null; body.of.a has: b"],
    ["body.code == `200`", "a text is never equal to a number"],
    [
      "body.status == 'running'",
      "they differ only in upper and lower case: lower(...) makes it all lower",
    ],
    ["body.code > `100`", "only numbers have an order: to_number(...) makes one of a text"],
  ])("says what is wrong with %s", (text, note) => {
    expect(notes(parts(text))).toEqual([note]);
  });

  it.each([
    "body.nothing",
    "body.nothing == 'x'",
    "body.status != 'done'",
    "body.id == `8`",
    "body",
  ])("has nothing to say of %s", (text) => expect(notes(parts(text))).toEqual([]));

  it("lists few names of a large object, the nearest first", () => {
    const body = Object.fromEntries(Array.from({ length: 1000 }, (_, n) => [`field${n}`, n]));
    const [note] = notes(expressionParts("body.feild7", { body }, show));
    expect(note).toBe(
      "body.feild7 is null; body has: field7, field0, field1, field2, field3, field4, field5, field6, and 992 more",
    );
  });

  it("cuts long values and names", () => {
    const body = { ["n".repeat(500)]: "v".repeat(500) };
    const part = expressionParts("body.x || body", { body }, show);
    expect(part.value).toHaveLength(200);
    expect(notes(part).join().length).toBeLessThan(100);
  });

  it("shows at most some parts of an expression, with few steps", () => {
    const text = Array.from({ length: 90 }, (_, n) => `body.a${n}`).join("||");
    expect(lines(parts(text)).length).toBeLessThan(60);
    const body = { n: Array.from({ length: 20_000 }, (_, n) => n) };
    const costly = Array.from({ length: 30 }, () => "sum(body.n[*]) == `1`").join("||");
    expect(JSON.stringify(expressionParts(costly, { body }, show))).toContain("steps");
  });
});
