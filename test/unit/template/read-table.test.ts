import { describe, expect, it } from "vitest";
import { readTemplate } from "../../../infra/local/template/read-template.ts";
import { PLACE } from "./place.ts";

const KEYS = {
  AttributeDefinitions: [
    { AttributeName: "tenant", AttributeType: "S" },
    { AttributeName: "at", AttributeType: "N" },
  ],
  KeySchema: [
    { AttributeName: "tenant", KeyType: "HASH" },
    { AttributeName: "at", KeyType: "RANGE" },
  ],
  BillingMode: "PAY_PER_REQUEST",
};

const read = (properties: object, more: object = {}) =>
  readTemplate(
    JSON.stringify({
      Resources: { Table: { Type: "AWS::DynamoDB::Table", Properties: properties, ...more } },
      ...("Condition" in more ? { Conditions: { No: { "Fn::Equals": ["a", "b"] } } } : {}),
      Outputs: "Condition" in more ? {} : { Arn: { Value: { "Fn::GetAtt": ["Table", "Arn"] } } },
    }),
    PLACE,
  );

describe("a DynamoDB table of a template", () => {
  it("has its keys, and a name from the stack's name", () => {
    const { tables, outputs } = read(KEYS);
    expect(tables).toEqual([
      {
        logicalId: "Table",
        name: "stack-Table",
        attributes: [
          { name: "tenant", type: "S" },
          { name: "at", type: "N" },
        ],
        keys: [
          { name: "tenant", type: "HASH" },
          { name: "at", type: "RANGE" },
        ],
      },
    ]);
    expect(outputs.Arn).toBe("arn:aws:dynamodb:eu-west-1:000000000000:table/stack-Table");
  });

  it("keeps its TableName, if it has one", () => {
    expect(read({ ...KEYS, TableName: "polls" }).tables).toMatchObject([{ name: "polls" }]);
  });

  it("is left out if its condition is false", () => {
    expect(read(KEYS, { Condition: "No" }).tables).toEqual([]);
  });

  it.each([
    ["no keys", { BillingMode: "PAY_PER_REQUEST" }, "AttributeDefinitions"],
    ["provisioned capacity", { ...KEYS, BillingMode: "PROVISIONED" }, "BillingMode"],
    [
      "a feature that does not run locally",
      { ...KEYS, StreamSpecification: {} },
      "StreamSpecification",
    ],
  ])("is refused with %s, and the error names its place", (_name, properties, place) => {
    expect(() => read(properties)).toThrow("template: Resources.Table.Properties");
    expect(() => read(properties)).toThrow(place);
  });
});
