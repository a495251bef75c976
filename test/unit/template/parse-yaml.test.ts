// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Fn::Sub
import { describe, expect, it } from "vitest";
import { parseTemplateYaml } from "../../../infra/local/template/parse-yaml.ts";

describe("parseTemplateYaml", () => {
  it.each([
    ["!Ref Queue", { Ref: "Queue" }],
    ["!Condition IsProd", { Condition: "IsProd" }],
    ["!GetAtt Queue.Arn", { "Fn::GetAtt": ["Queue", "Arn"] }],
    ["!GetAtt Nested.Outputs.Url", { "Fn::GetAtt": ["Nested", "Outputs.Url"] }],
    ["!GetAtt [Queue, Arn]", { "Fn::GetAtt": ["Queue", "Arn"] }],
    ["!Sub 'a-${Queue}'", { "Fn::Sub": "a-${Queue}" }],
    ["!If [A, !Ref B, [!Sub c]]", { "Fn::If": ["A", { Ref: "B" }, [{ "Fn::Sub": "c" }]] }],
    ["!Not [!Equals [!Ref A, '']]", { "Fn::Not": [{ "Fn::Equals": [{ Ref: "A" }, ""] }] }],
    ["!Transform {Name: x}", { "Fn::Transform": { Name: "x" } }],
    ["{ 'Fn::Sub': long }", { "Fn::Sub": "long" }],
  ])("writes %s in its long form", (yaml, expected) => {
    expect(parseTemplateYaml(`value: ${yaml}`)).toEqual({ value: expected });
  });

  it("reads scalars as CloudFormation does: versions stay strings, keys become strings", () => {
    expect(parseTemplateYaml("Version: 2012-10-17\n120: {Seconds: 720}\non: true\nempty:")).toEqual(
      {
        Version: "2012-10-17",
        120: { Seconds: 720 },
        on: true,
        empty: null,
      },
    );
  });

  it("follows anchors", () => {
    expect(parseTemplateYaml("a: &x [!Ref B]\nc: *x")).toEqual({
      a: [{ Ref: "B" }],
      c: [{ Ref: "B" }],
    });
  });

  it("reads JSON", () => {
    expect(parseTemplateYaml('{"Resources": {"A": {"Ref": "B"}}}')).toEqual({
      Resources: { A: { Ref: "B" } },
    });
  });

  it.each([
    ["a: [1", /line/],
    ["a: 1\na: 2", /unique.*line 2/s],
  ])("names the line of invalid YAML: %j", (yaml, problem) => {
    expect(() => parseTemplateYaml(yaml)).toThrow(problem);
  });
});
