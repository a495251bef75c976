import type { JSONValue } from "@jmespath-community/jmespath";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createEvaluationBudget } from "../../../lib/jmespath/evaluation-budget.ts";
import { compareNumbers } from "../../../lib/jmespath/exact-numbers.ts";
import { parseJsonExactly, toJson } from "../../../lib/json/json.ts";
import { outcomeOf } from "../../../lib/outcome/outcome.ts";
import { fitOutcome } from "../../../lib/outcome/outcome-json.ts";
import { compileAcceptor } from "../../../lib/verdict/acceptor.ts";
import { judge } from "../../../lib/verdict/judge.ts";
import { saysYes } from "../../../lib/verdict/says-yes.ts";
import { compileUntil } from "../../../lib/verdict/until.ts";
import { POLL_FACTS } from "../../support/poll-facts.ts";

const numberText = fc.stringMatching(/^-?(0|[1-9]\d{0,30})(\.\d{1,20})?([eE][+-]?\d{1,3})?$/);

/** The result of an expression on a body, as JSON. */
const found = (expression: string, body: string) => {
  const facts = { body: parseJsonExactly(body) } as JSONValue;
  return toJson(
    compileAcceptor("success", expression, "value").pick(facts, createEvaluationBudget()),
  );
};

/** A decimal number scaled to a whole number: in units of the smallest decimal place in these tests. */
function scaled(text: string): bigint {
  const [, minus, whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(text) ?? [];
  const units = BigInt(whole + fraction) * 10n ** BigInt(Number(exponent) - fraction.length + 1100);
  return minus === "-" ? -units : units;
}

describe("compareNumbers", () => {
  it("orders numbers by their exact decimal values", () => {
    fc.assert(
      fc.property(numberText, numberText, (one, other) => {
        const [first, second] = [scaled(one), scaled(other)];
        const order = Math.sign(compareNumbers(parseJsonExactly(one), parseJsonExactly(other)));
        expect(order).toBe(first === second ? 0 : first < second ? -1 : 1);
      }),
      { numRuns: 1000 },
    );
  });

  it("finds a number equal however it is written, and less than the next one", () => {
    const zeros = fc.nat({ max: 5 });
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 10n ** 40n }), zeros, (id, count) => {
        const written = parseJsonExactly(`${id}${"0".repeat(count)}.0e-${count}`);
        expect(compareNumbers(parseJsonExactly(String(id)), written)).toBe(0);
        expect(compareNumbers(parseJsonExactly(String(id + 1n)), written)).toBeGreaterThan(0);
      }),
    );
  });
});

describe("a number in a response", () => {
  it("keeps its digits through body, result and outcome", () => {
    const until = compileUntil({ success: "body.id == body.same", result: "body.list[0]" });
    fc.assert(
      fc.property(numberText, (number) => {
        const body = parseJsonExactly(`{"id":${number},"same":${number},"list":[${number}]}`);
        const response = { status: 200, headers: {}, body };
        const verdict = judge(until, response, POLL_FACTS);
        if (verdict.kind !== "success") throw new Error("not equal to itself");
        const outcome = outcomeOf(
          { pollId: "p", retryCount: 0, startedAt: 0 },
          { status: "succeeded", response, result: verdict.result },
          0,
        );
        const json = fitOutcome(outcome, 1_048_576);
        expect(json).toContain(
          `"body":{"id":${number},"same":${number},"list":[${number}]}},"result":${number}`,
        );
      }),
    );
  });

  const BODY = `{
    "id": 653247040368672769, "next": 653247040368672770, "near": 653247040368672768,
    "price": 1.10, "zero": 0.0, "huge": 1e400, "text": "653247040368672769",
    "items": [{ "id": 653247040368672770, "n": 1.0 }, { "id": 653247040368672769, "n": 2 }],
    "ids": [653247040368672770, 653247040368672769, 7, 10.0]
  }`;

  it.each([
    ["body.id", "653247040368672769"],
    ["body.huge", "1e400"],
    ["body.price", "1.10"],
    ["to_string(body.id)", '"653247040368672769"'],
    ["to_string(body.items[0])", '"{\\"id\\":653247040368672770,\\"n\\":1.0}"'],
    [
      "join('/', ['https://a.example', to_string(body.id)])",
      '"https://a.example/653247040368672769"',
    ],
    ["to_number(body.text)", "653247040368672769"],
    ["to_number(body.id)", "653247040368672769"],
    ["to_number('12')", "12"],
    ["to_number('0x10')", "16"],
    ["to_number('x')", "null"],
    ["to_number('')", "null"],
    ["to_number(' ')", "null"],
    ["to_number(' 653247040368672769\n')", "653247040368672769"],
    ["to_number('+00653247040368672769')", "653247040368672769"],
    ["to_number('-007')", "-7"],
    ["to_number('00.50')", "0.50"],
    ["abs(`-653247040368672769`)", "653247040368672769"],
    ["abs(body.price)", "1.10"],
    ["floor(body.id)", "653247040368672769"],
    ["ceil(body.id)", "653247040368672769"],
    ["-body.id", "-653247040368672769"],
    ["-(-body.id)", "653247040368672769"],
    ["+body.price", "1.10"],
    ["body.id - `1`", "653247040368672768"],
    ["body.id + `1`", "653247040368672770"],
    ["`9007199254740992` + `1`", "9007199254740993"],
    ["body.id * `-3`", "-1959741121106018307"],
    ["body.next - body.id", "1"],
    ["body.id % `10`", "9"],
    ["body.id // `4194304`", "155746231167"],
    ["(-body.id) // `4194304`", "-155746231168"],
    ["sum([body.id, body.next, `1`])", "1306494080737345540"],
    ["join('', ['/?max_id=', to_string(body.id - `1`)])", '"/?max_id=653247040368672768"'],
    ["type(body.id)", '"number"'],
    ["type(body.items[0])", '"object"'],
    ["to_array(body.id)", "[653247040368672769]"],
    ["not_null(body.none, body.id)", "653247040368672769"],
    ["[body.id, body.price]", "[653247040368672769,1.10]"],
    ["body.ids[::-1]", "[10.0,7,653247040368672769,653247040368672770]"],
    ["reverse(body.ids)", "[10.0,7,653247040368672769,653247040368672770]"],
    ["map(&id, body.items)", "[653247040368672770,653247040368672769]"],
    ["zip(body.ids[:1], body.items[:1].n)", "[[653247040368672770,1.0]]"],
    ["values(body.items[1])", "[653247040368672769,2]"],
    ["from_items([['a', body.id]])", '{"a":653247040368672769}'],
    ["merge(body.items[0], `{}`)", '{"id":653247040368672770,"n":1.0}'],
    ['group_by(body.items, &to_string(n))."1.0"[].id', "[653247040368672770]"],
    ["let $id = body.id in body.items[?id == $id].n", "[2]"],
    ["body.items[?id == `653247040368672769`].n", "[2]"],
    ["body.items[].id[]", "[653247040368672770,653247040368672769]"],
    ["body.items[0].*", "[653247040368672770,1.0]"],
    ["max(body.ids)", "653247040368672770"],
    ["min(body.ids)", "7"],
    ["sort(body.ids)", "[7,10.0,653247040368672769,653247040368672770]"],
    ["sort(`[10, 9, 1]`)", "[1,9,10]"],
    ["max_by(body.items, &id).n", "1.0"],
    ["min_by(body.items, &id).n", "2"],
    ["sort_by(body.items, &id)[].n", "[2,1.0]"],
    ["contains(body.ids, body.id)", "true"],
    ["contains(body.ids, body.near)", "false"],
    ["contains(body.ids, `10`)", "true"],
  ])("is returned as it was written: %s", (expression, json) => {
    expect(found(expression, BODY)).toBe(json);
  });

  it.each([
    ["body.id == body.id", true],
    ["body.id == body.next", false],
    ["body.id != body.near", true],
    ["body.id == `653247040368672769`", true],
    ["body.id == `653247040368672768`", false],
    ["body.items[1] == {id: body.id, n: `2.0`}", true],
    ["body.id < body.next && body.id > body.near", true],
    ["body.id <= body.near", false],
    ["body.id >= body.id", true],
    ["body.price == `1.1`", true],
    ["body.price > `1`", true],
    ["body.huge > `1e308`", true],
    ["body.zero", false],
    ["body.zero == `0`", true],
    ["body.id == body.text", false],
    ["body.id == '653247040368672769'", false],
    ['body.id == `{"rawJSON":"653247040368672769"}`', false],
    ["body.id.rawJSON", false],
    ["body.id.*", false],
    ["body.id[0]", false],
  ])("is compared as a number: %s gives %j", (expression, says) => {
    const facts = { body: parseJsonExactly(BODY) } as JSONValue;
    expect(
      saysYes(
        compileAcceptor("success", expression, "verdict").evaluate(facts, createEvaluationBudget()),
      ),
    ).toBe(says);
  });

  it.each([
    ["body.price + `1`", 2.1],
    ["-body.price", -1.1],
    ["body.price * `2`", 2.2],
    ["body.id / body.id", 1],
    ["(body.id - body.price) / body.id", 1],
    ["ceil(body.price)", 2],
    ["floor(body.price)", 1],
    ["sum(body.items[].n)", 3],
    ["avg(body.items[].n)", 1.5],
    ["length(pad_left('x', body.items[0].n))", 1],
  ])("is a double in arithmetic: %s is %d", (expression, result) => {
    expect(Number(found(expression, BODY))).toBeCloseTo(result);
  });

  it.each([
    "length(body.id)",
    "keys(body.id)",
    "values(body.id)",
    "items(body.id)",
    "join('', body.ids)",
    "merge(body.id)",
  ])("is neither an object nor a text: %s", (expression) =>
    expect(() => found(expression, BODY)).toThrow(),
  );
});
