import { describe, expect, it } from "vitest";
import { settleParameters } from "../../../infra/local/template/parameters.ts";

describe("settleParameters", () => {
  it("returns the override, else the default, as strings", () => {
    const declarations = {
      Given: { Type: "Number", Default: 1 },
      Default: { Type: "Number", Default: 120, AllowedValues: [60, 120] },
      Flag: { Type: "String", Default: true },
      List: { Type: "CommaDelimitedList", Default: "a, b" },
    };
    expect(Object.fromEntries(settleParameters(declarations, { Given: "5" }))).toEqual({
      Given: "5",
      Default: "120",
      Flag: "true",
      List: ["a", "b"],
    });
  });

  it.each<
    [string, Record<string, string | number | boolean | (string | number)[]>, string, string]
  >([
    ["outside its allowed values", { AllowedValues: ["x", 1] }, "y", '"y" is none of x, 1'],
    ["not a number", { Type: "Number" }, "ten", '"ten" is no number'],
    ["an empty number", { Type: "Number" }, "", '"" is no number'],
    ["below its minimum", { Type: "Number", MinValue: 2 }, "1", '"1" is below 2'],
    ["above its maximum", { Type: "Number", MaxValue: "9" }, "10", '"10" is above 9'],
    [
      "a list with an item that is not a number",
      { Type: "List<Number>" },
      "1,b",
      '"b" is no number',
    ],
    ["too short", { MinLength: 2 }, "a", "is shorter than 2 characters"],
    ["too long", { MaxLength: 2 }, "abc", "is longer than 2 characters"],
    [
      "only partly matched by its pattern",
      { AllowedPattern: "[a-z]+" },
      "ab1",
      "must be text that matches [a-z]+",
    ],
    [
      "refused with the template's own message",
      { AllowedPattern: "[a-z]", ConstraintDescription: "one letter" },
      "ab",
      '"ab" must be one letter',
    ],
    [
      "in Systems Manager",
      { Type: "AWS::SSM::Parameter::Value<String>" },
      "x",
      "does not run locally",
    ],
  ])("refuses a value that is %s", (_name, declaration, value, problem) => {
    const settle = () => settleParameters({ P: { Type: "String", ...declaration } }, { P: value });
    expect(settle).toThrow(problem);
    expect(settle).toThrow("Parameters.P: ");
  });

  it("never shows the value of a NoEcho parameter", () => {
    const declarations = { Token: { Type: "String", NoEcho: true, MaxLength: 1 } };
    expect(() => settleParameters(declarations, { Token: "secret" })).toThrow(
      "its value is longer than 1 characters",
    );
  });

  it("refuses a parameter without a value, and one that the template does not have", () => {
    const declarations = { Name: { Type: "String" } };
    expect(() => settleParameters(declarations, {})).toThrow("Parameters.Name: has no default");
    expect(() => settleParameters(declarations, { Name: "a", name: "b" })).toThrow(
      "Parameters.name: the template has no such parameter; it has Name",
    );
  });
});
