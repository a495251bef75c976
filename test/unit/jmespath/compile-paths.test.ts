import { describe, expect, it } from "vitest";
import { evaluateWithin } from "../../../lib/jmespath/bounded-interpreter.ts";
import { compileExactly } from "../../../lib/jmespath/compile-exactly.ts";
import { createEvaluationBudget } from "../../../lib/jmespath/evaluation-budget.ts";

const JOBS = {
  jobs: {
    one: { status: { state: "done", log: ["a", "b"] }, tasks: { t: { result: { n: 1 } } } },
    two: { status: { state: "failed", log: ["c"] }, tasks: { u: { result: { n: 2 } } } },
  },
};

function found(expression: string) {
  return evaluateWithin(createEvaluationBudget(), compileExactly(expression), JOBS);
}

describe("a path after a wildcard is applied to each value", () => {
  it.each<[string, unknown]>([
    ["jobs.*.status.state", ["done", "failed"]],
    ["$.jobs.*.status.state", ["done", "failed"]],
    ["jobs.*.status.log[0]", ["a", "c"]],
    ["jobs.*.status.log[-1]", ["b", "c"]],
    ["jobs.*.status.log[*]", [["a", "b"], ["c"]]],
    ["jobs.*.status.log[]", ["a", "b", "c"]],
    ["jobs.*.status.log[?@ == 'c']", [[], ["c"]]],
    ["jobs.*.status.log[:1]", [["a"], ["c"]]],
    ["jobs.*.tasks.*.result.n", [[1], [2]]],
    ["jobs.*.tasks.*.result.n[]", [1, 2]],
    ["jobs.*.status.{s: state}", [{ s: "done" }, { s: "failed" }]],
    ["jobs.*.status.[state]", [["done"], ["failed"]]],
    ["contains(jobs.*.status.state, 'failed')", true],
    ["jobs.*.status.state | [0]", "done"],
    ["length(jobs.*.status.state)", 2],
    ["map(&*.result.n, jobs.*.tasks)", [[1], [2]]],
  ])("%s", (expression, expected) => {
    expect(found(expression)).toEqual(expected);
  });
});

describe("parentheses end a projection", () => {
  it.each<[string, unknown]>([
    ["(jobs.*.status.state)[0]", null],
    ["(jobs.*.status)[0].state", "done"],
    ["(jobs.*.status).state", null],
    ["jobs.*.status | [0].state", "done"],
  ])("%s", (expression, expected) => {
    expect(found(expression)).toEqual(expected);
  });
});

it("a star in quotes is not a wildcard", () => {
  expect(found(`{"a.*": '.*', b: \`{"type":"Subexpression","left":1}\`}`)).toEqual({
    "a.*": ".*",
    b: { type: "Subexpression", left: 1 },
  });
});
