import { getRegisteredFunctions } from "@jmespath-community/jmespath";
import { describe, expect, it } from "vitest";
import { PoisonRecordError } from "../../../lib/batch/record-result.ts";
import { createEvaluationBudget } from "../../../lib/jmespath/evaluation-budget.ts";
import { functionSteps } from "../../../lib/jmespath/function-steps.ts";
import { parseJson } from "../../../lib/json/json.ts";
import { MAX_STEPS } from "../../../lib/limits.ts";
import type { UntilExpressions } from "../../../lib/verdict/expressions.ts";
import { judge } from "../../../lib/verdict/judge.ts";
import { mistakeIn } from "../../../lib/verdict/mistakes.ts";
import { compileUntil } from "../../../lib/verdict/until.ts";
import { averageCpuMicros, withCpuMicros } from "../../support/cpu-micros.ts";
import { POLL_FACTS } from "../../support/poll-facts.ts";

/** How many times the cost of an honest step a step may have: engines run some operations faster than others. */
const MAX_RATIO = 30;
/** An expression with fewer steps may cost as much as this many, because it may read each value of 1 MiB once. */
const FEW_STEPS = 100_000;
/** Repeated because other processes share the CPU's caches and may slow a try down. */
const MAX_TRIES = 8;
const MIB = 1_048_576;

const repeated = (part: string) =>
  `[${Array.from({ length: Math.floor(MIB / (part.length + 1)) - 2 }, () => part)}]`;
const half = (text: string) => text.repeat(Math.floor(500_000 / text.length));

/** Bodies of up to 1 MiB, each the worst of its kind. */
const BODIES: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries({
    numbers: repeated("1"),
    arrays: repeated("[]"),
    objects: repeated("{}"),
    items: repeated('{"a":1,"b":"x"}'),
    strings: repeated('"ab"'),
    wide: `{${Array.from({ length: 90_000 }, (_, i) => `"k${i}":1`)}}`,
    texts: JSON.stringify({ a: half("a"), b: `b${half("a").slice(0, 250_000)}`, c: [half("ab")] }),
    line: JSON.stringify({ a: `${"a".repeat(4000)}\nx`, b: "a", c: [] }),
    spaces: JSON.stringify({ a: `${half(" ")}x`, b: half("^]"), c: [] }),
    some_spaces: JSON.stringify({ a: `${" ".repeat(8_500)}x`, b: "\\]^-", c: [] }),
    rows: `[${Array.from({ length: 1000 }, () => `[${Array.from({ length: 500 }, () => 1)}]`)}]`,
    small: "{}",
    deep: `${"[".repeat(64)}${"]".repeat(64)}`,
  }).map(([name, text]) => [name, parseJson(text)]),
);

const doubling = Array.from({ length: 20 }, () => "[@,@]").join("|");
const twice = (text: string, times: number) => Array.from({ length: times }, () => text).join("|");

/** Refused with their field's name: their syntax tree shows that they can multiply the response. */
const MULTIPLYING = [
  doubling,
  twice("{a:@,b:@}", 12),
  twice("[@,@,@,@]", 6),
  "body[*].[$.body[*].[$.body]]",
  "let $x = body in $x[*].[$x[*].[$x[*]]]",
  twice("merge({a:@},{b:@})", 12),
  twice("zip([@],[@])", 12),
  "map(&map(&map(&[$,$], $.body), $.body), body)",
  twice("[@,@][]", 20),
  twice("[to_string(@),to_string(@)]", 12),
];

/** Costs that a syntax tree cannot show: each ends with an error of its own record, or in time. */
const COSTLY = [
  "body",
  "length(body)",
  "body[*]",
  "body[*].[@,@,@,@,@,@,@,@,@,@]",
  `body[*].[${Array.from({ length: 450 }, () => "@")}]`,
  "body[].a | sort(@)",
  "sort(body)",
  "sort_by(body, &a)",
  "sort_by(body, &b)",
  "max_by(body, &a)",
  "group_by(body, &b)",
  "body[?@ == $.body]",
  "body == body",
  "[body,body] == [body,body]",
  "body[*].[$.body]",
  "body[?contains($.body, @)]",
  "map(&length($.body), body)",
  "map(&keys($.body), body)",
  "to_string(body)",
  "[to_string(body), to_string(body), to_string(body)]",
  "[body,body,body,body,body,body,body,body] | [@,@,@,@] | to_string(@)",
  "join('', body[*].to_string($))",
  "join(body.a, [body.a,body.a,body.a,body.a,body.a,body.a,body.a,body.a])",
  "pad_left('x', `2000000000`)",
  "pad_right('x', `400000000`, 'y')",
  "replace(body.a, 'a', body.a)",
  "replace(body.a, '', body.a)",
  ...[1, 2, 1000, 100_000, 1_000_000_000].map((n) => `replace('a', 'b', 'c', \`${n}\`)`),
  "replace(body.a, 'a', 'aa', `200`)",
  "replace('ab', 'a', 'a$\\'', `60`)",
  "replace(body.a, 'x', \"$`$`$`$`$`$`$`$`\", `1`)".replaceAll('"', "'"),
  "split(body.a, '')",
  "contains(body.a, body.b)",
  "find_first(body.a, body.b)",
  "find_last(body.a, body.b)",
  "reverse(body.a)",
  "length(body.a)",
  "sort([body.a, body.b, body.a, body.b, body.a, body.b, body.a, body.b])",
  "sort_by([{k:body.a},{k:body.b},{k:body.a},{k:body.b},{k:body.a},{k:body.b}], &k)",
  "max([body.a, body.b, body.a, body.b, body.a, body.b])",
  "upper(body.a)",
  "trim(body.a, 'a')",
  "trim(body.a)",
  "trim_right(body.a)",
  "trim_left(body.a)",
  "trim(body.a, body.b)",
  "trim_left('a', body.b)",
  "body[*].trim(b)",
  "body.a[::-1]",
  "body[::-1][::-1][::-1][::-1][::-1][::-1][::-1][::-1]",
  "body[][][][][]",
  "[body,body,body,body,body][][][]",
  "body.*.*.*.*",
  "items(body)",
  "from_items(items(body))",
  "merge(body, body, body, body, body, body)",
  "zip(body, body, body, body, body, body, body, body)",
  "map(&(let $x = @ in $x), body)",
  "let $x = body in map(&$x, $x)",
  "body[*].not_null(a, b, @)",
  "sum(body)",
  "max(body)",
  "avg(body)",
  "map(body[0], body)",
  "group_by(body, &'__proto__')",
  "group_by(body, &'constructor')",
  "*.*.*.*.*",
  "body[?a && b || !a]",
  Array.from({ length: 150 }, () => "body").join("&&"),
  `${"!(!(".repeat(100)}body${"))".repeat(100)}`,
  "body.*.[$.body && $.body && $.body]",
];

type Until = UntilExpressions;

/** A constant expression is refused as an acceptor, so it is tried as a result only. */
function untilsWith(expression: string): Until[] {
  const picked = { success: "`true`", result: expression };
  return mistakeIn(expression, "verdict") === undefined
    ? [{ success: expression }, picked]
    : [picked];
}

const judged = (until: Until, body: unknown, budget = createEvaluationBudget()) =>
  judge(compileUntil(until), { status: 200, headers: {}, body }, POLL_FACTS, budget);

/** Judges a response and measures µs of CPU per step, counting at least {@link FEW_STEPS} steps. */
function priceOf(until: Until, body: unknown) {
  const budget = createEvaluationBudget();
  const { result, micros } = withCpuMicros(() => judged(until, body, budget));
  return {
    verdict: result,
    price: micros / Math.max(FEW_STEPS, budget.spent),
    spent: budget.spent,
  };
}

/** The cost of an honest step on this machine now, with warm code. */
function honestPrice(): number {
  const items = Array.from({ length: 5000 }, (_, id) => ({ id, state: id % 2 ? "done" : "open" }));
  const until = { success: "length(body[?state == 'x' && id > `7`]) > `0`" };
  const { spent } = priceOf(until, items);
  return averageCpuMicros(() => judged(until, items)) / spent;
}

let honest = honestPrice();

/** How many times the cost of honest steps an expression's steps have, measured again while that is too much. */
function ratioOf(until: Until, body: unknown, price: number): number {
  let least = price / honest;
  for (let tries = 1; tries < MAX_TRIES && least >= MAX_RATIO; tries++) {
    honest = honestPrice();
    least = Math.min(least, priceOf(until, body).price / honest);
  }
  return least;
}

describe("an expression that multiplies", () => {
  it.each(MULTIPLYING)("%s is poison, and the reason names its field", (expression) => {
    for (const field of ["success", "failure", "pending", "result"]) {
      const until = { success: "body", [field]: expression };
      expect(() => compileUntil(until)).toThrow(PoisonRecordError);
      expect(() => compileUntil(until)).toThrow(`until.${field}: must not be able to multiply`);
    }
  });

  it("is told from one that selects many fields", () => {
    const picked = Array.from({ length: 120 }, (_, i) => `f${i}:body.b`).join();
    compileUntil({ success: "body", result: `{${picked}}` });
    compileUntil({ success: "body.items[?state == 'done' && owner == $.body.me].id | [0]" });
  });
});

describe.each(Object.keys(BODIES))("over a body of %s", (name) => {
  const body = BODIES[name];

  it.each(COSTLY)(
    "%s is charged for its work, and ends its record when that is too much",
    (expression) => {
      for (const until of untilsWith(expression)) {
        const { verdict, spent, price } = priceOf(until, body);
        expect(spent).toBeLessThanOrEqual(MAX_STEPS);
        if ("error" in verdict && verdict.error?.name === "TooManyStepsError") {
          const field = until.result === undefined ? "until.success" : "until.result";
          expect(verdict.error.message).toContain(`${field} takes more than ${MAX_STEPS} steps`);
          expect(verdict.kind).toBe(until.result === undefined ? "failure" : "success");
        }
        expect(ratioOf(until, body, price)).toBeLessThan(MAX_RATIO);
      }
    },
  );
});

describe("an expression of honest use", () => {
  const items = Array.from({ length: 5000 }, (_, id) => ({
    id,
    state: id % 2 ? "done" : "open",
    owner: `team-${id % 7}`,
    finishedAt: `2026-01-01T00:00:${id % 60}Z`,
    links: {
      self: `https://api.example.com/v1/items/${id}`,
      file: `https://cdn.example.com/${id}.mp4`,
    },
  }));
  const success = "length(body.items[?state == 'done' && owner == 'team-1']) > `0`";

  it.each([
    "body",
    "body.items[?state == 'done'].{id: id, url: links.self}",
    "max_by(body.items, &id)",
    "contains(body.items[*].state, 'failed')",
    "length(body.items[?state != 'done'])",
  ])("has enough steps for a response of 1 MiB: %s", (result) => {
    const bytes = JSON.stringify({ items }).length;
    expect(bytes).toBeGreaterThan(0.8 * MIB);
    expect(judged({ success, result }, { items })).toMatchObject({
      kind: "success",
      result: expect.anything(),
    });
  });

  it("has enough steps to sort half of that", () => {
    const until = { success: "sort_by(body.items, &finishedAt)[-1].state == 'done'" };
    expect(judged(until, { items: items.slice(0, 2500) })).toMatchObject({ kind: "success" });
  });
});

describe("the functions of the library", () => {
  it.each(getRegisteredFunctions())("%s has a finite cost", (name) => {
    expect(functionSteps(name, ["a", "a", "a"])).toBeLessThan(MAX_STEPS);
  });

  it("an unknown function has an infinite cost", () => {
    expect(functionSteps("made_up", [])).toBe(Number.POSITIVE_INFINITY);
  });
});
