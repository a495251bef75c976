import { describe, expect, it } from "vitest";
import {
  isServiceAllowed,
  maySign,
  parseAllowedService,
} from "../../../../lib/secrets/sigv4/allowed-services.ts";

const athena = { service: "athena", region: "eu-west-1" };
const api = { service: "execute-api", region: "eu-west-1" };
const LIST = ["athena", "execute-api@*.api.example.com", "execute-api@127.0.0.1"];

describe("the AWS services that the operator allows", () => {
  it.each([
    "sqs",
    "dynamodb",
    "secretsmanager",
    "ssm",
    "kms",
    "sts",
    "iam",
    "lambda",
    "sqs@queue.example.com",
    "",
    "Athena",
    "athena@",
    "athena@https://a.example",
    "athena@*",
    "@a.example",
  ])("do not include %j", (item) => expect(parseAllowedService(item)).toBeUndefined());

  it("are known by the names that they are signed with", () => {
    expect(isServiceAllowed(athena, LIST)).toBe(true);
    expect(isServiceAllowed({ ...athena, service: "glue" }, LIST)).toBe(false);
    expect(isServiceAllowed(athena, [])).toBe(false);
  });

  it.each([
    ["https://athena.eu-west-1.amazonaws.com/", athena, true],
    ["https://ATHENA.eu-west-1.amazonaws.com:443/x?y", athena, true],
    ["https://athena.eu-west-1.api.aws/", athena, true],
    ["https://athena.eu-west-1.amazonaws.com.cn/", athena, true],
    ["http://athena.eu-west-1.amazonaws.com/", athena, false],
    ["https://athena.us-east-1.amazonaws.com/", athena, false],
    ["https://glue.eu-west-1.amazonaws.com/", athena, false],
    ["https://athena.eu-west-1.amazonaws.com.evil.example/", athena, false],
    ["https://athena.eu-west-1.amazonaws.com:8443/", athena, false],
    ["https://evil.execute-api.eu-west-1.amazonaws.com/", athena, false],
    ["https://a.api.example.com/", athena, false],
    ["https://a.api.example.com/", api, true],
    ["http://127.0.0.1:8000/", api, true],
    ["https://execute-api.eu-west-1.amazonaws.com/", api, false],
    ["https://api.example.com/", api, false],
  ])("%s for %j: signed %s", (url, scope, expected) => {
    expect(maySign(url, scope, LIST)).toBe(expected);
  });
});
