// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the variables of Fn::Sub
import { describe, expect, it } from "vitest";
import { readTemplate } from "../../../infra/local/template/read-template.ts";
import { PLACE } from "./place.ts";

const TEMPLATE = {
  Parameters: {
    Stage: { Type: "String", Default: "dev" },
    Size: { Type: "Number", Default: 10 },
    Zones: { Type: "CommaDelimitedList", Default: "a, b,c" },
  },
  Mappings: { Limits: { dev: { Seconds: 30 }, "10": { Seconds: 60 } } },
  Conditions: { IsDev: { "Fn::Equals": [{ Ref: "Stage" }, "dev"] } },
  Resources: {
    Queue: { Type: "AWS::SQS::Queue" },
    Named: {
      Type: "AWS::SQS::Queue",
      Properties: { QueueName: { "Fn::Sub": "${AWS::StackName}-named" } },
    },
    Fn: {
      Type: "AWS::Serverless::Function",
      Properties: {
        CodeUri: "dist",
        Handler: "index.handler",
        Runtime: "nodejs24.x",
        AutoPublishAlias: "live",
      },
    },
    Group: { Type: "AWS::Logs::LogGroup", Properties: { LogGroupName: "polls" } },
    Absent: { Type: "AWS::SQS::Queue", Condition: "IsProd" },
  },
};

/** The value of an output with this expression. */
function resolve(value: unknown, parameters?: Record<string, string>): string | undefined {
  const template = {
    ...TEMPLATE,
    Conditions: { ...TEMPLATE.Conditions, IsProd: { "Fn::Not": [{ Condition: "IsDev" }] } },
    Outputs: { Value: { Value: value } },
  };
  return readTemplate(JSON.stringify(template), PLACE, parameters).outputs.Value;
}

describe("a value of a template", () => {
  it.each<[string, unknown, string]>([
    ["a parameter", { Ref: "Stage" }, "dev"],
    ["a number as a string", { Ref: "Size" }, "10"],
    ["a queue's URL", { Ref: "Queue" }, "http://127.0.0.1:9324/000000000000/stack-Queue"],
    ["a named queue's URL", { Ref: "Named" }, "http://127.0.0.1:9324/000000000000/stack-named"],
    [
      "a queue's ARN",
      { "Fn::GetAtt": ["Queue", "Arn"] },
      "arn:aws:sqs:eu-west-1:000000000000:stack-Queue",
    ],
    [
      "a queue's ARN in one string",
      { "Fn::GetAtt": "Named.Arn" },
      "arn:aws:sqs:eu-west-1:000000000000:stack-named",
    ],
    ["a queue's name", { "Fn::GetAtt": ["Queue", "QueueName"] }, "stack-Queue"],
    ["a function's name", { Ref: "Fn" }, "stack-Fn"],
    [
      "a function's ARN",
      { "Fn::GetAtt": ["Fn", "Arn"] },
      "arn:aws:lambda:eu-west-1:000000000000:function:stack-Fn",
    ],
    [
      "an alias",
      { Ref: "Fn.Alias" },
      "arn:aws:lambda:eu-west-1:000000000000:function:stack-Fn:live",
    ],
    [
      "a version",
      { "Fn::Sub": "${Fn.Version}" },
      "arn:aws:lambda:eu-west-1:000000000000:function:stack-Fn:1",
    ],
    ["the name of a resource that does not run locally", { Ref: "Group" }, "polls"],
    [
      "a placeholder for a resource that does not run locally",
      { "Fn::GetAtt": ["Group", "Arn"] },
      "arn:aws:logs:eu-west-1:000000000000:polls",
    ],
    [
      "pseudo parameters",
      { "Fn::Sub": "${AWS::Partition} ${AWS::Region} ${AWS::AccountId} ${AWS::URLSuffix}" },
      "aws eu-west-1 000000000000 amazonaws.com",
    ],
    [
      "Sub with all its forms",
      { "Fn::Sub": ["${Stage} ${Queue.QueueName} ${x} ${!Literal}", { x: { Ref: "Size" } }] },
      "dev stack-Queue 10 ${Literal}",
    ],
    ["If", { "Fn::If": ["IsDev", { Ref: "Stage" }, "no"] }, "dev"],
    ["FindInMap", { "Fn::FindInMap": ["Limits", { Ref: "Size" }, "Seconds"] }, "60"],
    ["Join", { "Fn::Join": ["-", ["a", { Ref: "Size" }, { Ref: "Stage" }]] }, "a-10-dev"],
    ["Join of a list parameter", { "Fn::Join": ["|", { Ref: "Zones" }] }, "a|b|c"],
    [
      "Join without AWS::NoValue",
      { "Fn::Join": ["-", ["a", { Ref: "AWS::NoValue" }, "b"]] },
      "a-b",
    ],
    ["Select", { "Fn::Select": ["1", { Ref: "Zones" }] }, "b"],
    ["Split", { "Fn::Select": [2, { "Fn::Split": [",", "x,y,z"] }] }, "z"],
    ["Base64", { "Fn::Base64": { Ref: "Stage" } }, "ZGV2"],
  ])("resolves %s", (_name, value, expected) => {
    expect(resolve(value)).toBe(expected);
  });

  it("uses the values of parameters", () => {
    expect(resolve({ "Fn::If": ["IsDev", "yes", { Ref: "Absent" }] }, { Stage: "prod" })).toBe(
      "http://127.0.0.1:9324/000000000000/stack-Absent",
    );
  });

  it.each<[string, unknown, string]>([
    [
      "an unknown function",
      { "Fn::Cidr": [] },
      "Outputs.Value.Value: Fn::Cidr does not run locally",
    ],
    [
      "an imported value",
      { "Fn::ImportValue": "x" },
      "Outputs.Value.Value: Fn::ImportValue does not run locally",
    ],
    [
      "a transform",
      { "Fn::Transform": { Name: "AWS::Include" } },
      "Fn::Transform does not run locally",
    ],
    [
      "a missing resource",
      { Ref: "Qeue" },
      "Outputs.Value.Value: refers to Qeue, which is neither a resource nor a parameter",
    ],
    [
      "a name that every object inherits",
      { Ref: "toString" },
      "refers to toString, which is neither",
    ],
    [
      "a missing resource in a Sub",
      { "Fn::Sub": "x-${Qeue.Arn}" },
      "Outputs.Value.Value.Fn::Sub: refers to Qeue",
    ],
    [
      "a resource that is not deployed",
      { Ref: "Absent" },
      "refers to Absent, whose condition is false",
    ],
    [
      "a missing attribute",
      { "Fn::GetAtt": ["Queue", "Url"] },
      "AWS::SQS::Queue has no attribute Url",
    ],
    ["a missing condition", { "Fn::If": ["IsTest", 1, 2] }, "the template has no condition IsTest"],
    [
      "a missing mapping",
      { "Fn::FindInMap": ["Limits", "prod", "Seconds"] },
      "no mapping Limits.prod.Seconds",
    ],
    ["a missing alias", { Ref: "Queue.Alias" }, "Queue has no AutoPublishAlias"],
    ["an index past the list", { "Fn::Select": ["3", { Ref: "Zones" }] }, "no item 3"],
    [
      "too few operands",
      { "Fn::If": ["IsDev", 1] },
      "Outputs.Value.Value.Fn::If: takes a list of 3 items",
    ],
    [
      "a function beside other keys",
      { "Fn::Sub": "x", Other: 1 },
      "Fn::Sub has other keys beside it",
    ],
    [
      "a condition function as a value",
      { "Fn::Equals": [1, 1] },
      "Fn::Equals does not run locally",
    ],
    ["a list instead of a string", { Ref: "Zones" }, "Outputs.Value.Value: must be a string"],
  ])("refuses %s, and names its place", (_name, value, problem) => {
    expect(() => resolve(value)).toThrow(problem);
  });
});
