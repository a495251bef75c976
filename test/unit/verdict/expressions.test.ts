import { describe, expect, it } from "vitest";
import { createEvaluationBudget } from "../../../lib/jmespath/evaluation-budget.ts";
import { compileExpressions } from "../../../lib/verdict/expressions.ts";

describe("expressions that were compiled before", () => {
  it("judge each response by itself", () => {
    const isDone = (state: string) => {
      const { success } = compileExpressions({ success: "body.state == 'done'" });
      return success?.evaluate({ body: { state } }, createEvaluationBudget());
    };
    expect(["done", "busy", "done"].map(isDone)).toEqual([true, false, true]);
  });

  it("are refused where they mean something else", () => {
    const text = "'https://api.example.com/next'";
    expect(compileExpressions({ next: text }).next?.field).toBe("until.next");
    expect(compileExpressions({ fetch: text }).fetch?.field).toBe("until.fetch");
    expect(() => compileExpressions({ success: text })).toThrow(/^until\.success: /);
  });

  it("are refused each time when they are wrong", () => {
    const compile = () => compileExpressions({ success: "body.state == " });
    expect(compile).toThrow(/^until\.success: must be a JMESPath expression/);
    expect(compile).toThrow(/^until\.success: must be a JMESPath expression/);
  });

  it("judge by themselves when there are many others", () => {
    const bodies = Array.from({ length: 600 }, (_, nth) => ({ id: nth }));
    const found = [...bodies, ...bodies].map((body) => {
      const { result } = compileExpressions({ result: `body.id == \`${body.id}\`` });
      return result?.pick({ body }, createEvaluationBudget());
    });
    expect(found.every((is) => is === true)).toBe(true);
  });
});
