import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readTemplate } from "../../../infra/local/template/read-template.ts";
import { PLACE } from "./place.ts";

/** Whether an output with this condition exists. */
function holds(condition: unknown): boolean {
  const template = {
    Parameters: { Size: { Type: "Number", Default: 1 } },
    Conditions: {
      Tested: condition,
      Yes: { "Fn::Equals": [1, "1"] },
      Circle: { "Fn::Not": [{ Condition: "Circle" }] },
    },
    Resources: {},
    Outputs: { Here: { Condition: "Tested", Value: "x" } },
  };
  return "Here" in readTemplate(JSON.stringify(template), PLACE).outputs;
}

const equals = (truth: boolean) => ({ "Fn::Equals": [{ Ref: "Size" }, truth ? 1 : 2] });

describe("a condition of a template", () => {
  it("agrees with the logic of its operands", () => {
    const operands = fc.array(fc.boolean(), { minLength: 2, maxLength: 10 });
    fc.assert(
      fc.property(operands, (truths) => {
        expect(holds({ "Fn::And": truths.map(equals) })).toBe(truths.every(Boolean));
        expect(holds({ "Fn::Or": truths.map(equals) })).toBe(truths.some(Boolean));
        expect(holds({ "Fn::Not": [{ "Fn::And": truths.map(equals) }] })).toBe(
          !truths.every(Boolean),
        );
      }),
    );
  });

  it("may refer to another condition", () => {
    expect(holds({ Condition: "Yes" })).toBe(true);
  });

  it.each<[string, unknown, string]>([
    [
      "of one operand",
      { "Fn::And": [equals(true)] },
      "Conditions.Tested.Fn::And: takes a list of 2 to 10 items",
    ],
    ["of two negated", { "Fn::Not": [equals(true), equals(true)] }, "takes a list of 1 items"],
    ["that is a value", { Ref: "Size" }, "Conditions.Tested: Ref is not a function of a condition"],
    ["that is a string", "Yes", "Conditions.Tested: takes one of Fn::Equals"],
    ["that is missing", { Condition: "No" }, "the template has no condition No"],
    ["that depends on itself", { Condition: "Circle" }, "Conditions.Circle depends on itself"],
  ])("is refused %s", (_name, condition, problem) => {
    expect(() => holds(condition)).toThrow(problem);
  });
});
