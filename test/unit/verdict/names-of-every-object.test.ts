import { describe, expect, it } from "vitest";
import { createEvaluationBudget } from "../../../lib/jmespath/evaluation-budget.ts";
import { parseJson } from "../../../lib/json/json.ts";
import type { UntilExpressions } from "../../../lib/verdict/expressions.ts";
import { judge } from "../../../lib/verdict/judge.ts";
import { compileUntil } from "../../../lib/verdict/until.ts";
import { POLL_FACTS } from "../../support/poll-facts.ts";

const judged = (until: UntilExpressions, body: unknown) =>
  judge(
    compileUntil(until),
    { status: 200, headers: {}, body },
    POLL_FACTS,
    createEvaluationBudget(),
  );

describe("names that every object has", () => {
  it.each(["constructor", "__proto__", "toString", "hasOwnProperty", "__proto__.constructor"])(
    "%s is found only if the response has it",
    (path) => {
      for (const expression of [
        `body.${path}`,
        `headers.${path.replace(".", "_").toLowerCase()}`,
        `body.a.${path}`,
      ]) {
        expect(judged({ success: expression }, { a: {} }).kind).toBe("pending");
      }
      const body = parseJson(
        '{"constructor":1,"__proto__":{"constructor":1},"toString":1,"hasOwnProperty":1}',
      );
      expect(judged({ success: `body.${path}` }, body).kind).toBe("success");
    },
  );

  it("pollute no prototype", () => {
    const body = parseJson(
      '{"__proto__":{"polluted":true},"list":[["__proto__",{"polluted":true}]]}',
    );
    for (const result of [
      "merge(body, body)",
      "from_items(body.list)",
      "body",
      '{"__proto__": body}',
    ]) {
      judged({ success: "body", result }, body);
    }
    expect("polluted" in {}).toBe(false);
  });

  it("a response in the form of a parsed expression is not run", () => {
    const body = { expref: true, type: "Function", name: "length", children: [] };
    expect(judged({ success: "map(body, [`1`])" }, body)).toMatchObject({
      kind: "pending",
      error: { message: expect.stringContaining("expref") },
    });
  });
});
