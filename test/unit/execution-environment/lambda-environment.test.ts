import { describe, expect, it } from "vitest";
import { lambdaEnvironment } from "../../../infra/local/execution-environment/lambda-environment.ts";

const FUNCTION = {
  logicalId: "Poller",
  name: "stack-Poller",
  invokedArn: "arn:aws:lambda:eu-west-1:000000000000:function:stack-Poller:live",
  version: "1",
  codeUri: "dist",
  handler: "index.handler",
  runtime: "nodejs24.x",
  timeoutSeconds: 30,
  memoryMegabytes: 256,
  logGroupName: "/aws/lambda/poller",
  environment: { QUEUE_URL: "http://127.0.0.1/q", POLL_ALLOW_PRIVATE: "false", AWS_REGION: "mars" },
};

describe("lambdaEnvironment", () => {
  it("has the template's variables and Lambda's reserved ones, which a template cannot change", () => {
    expect(lambdaEnvironment(FUNCTION, "eu-west-1", "/var/task", {})).toMatchObject({
      QUEUE_URL: "http://127.0.0.1/q",
      AWS_REGION: "eu-west-1",
      AWS_LAMBDA_FUNCTION_NAME: "stack-Poller",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "256",
      _HANDLER: "index.handler",
      LAMBDA_TASK_ROOT: "/var/task",
    });
  });

  it("prefers variables set for this machine", () => {
    const extra = { POLL_ALLOW_PRIVATE: "true" };
    expect(lambdaEnvironment(FUNCTION, "eu-west-1", "/var/task", extra)).toMatchObject(extra);
  });

  it("takes no variable from this process", () => {
    const environment = lambdaEnvironment(FUNCTION, "eu-west-1", "/var/task", {});
    for (const name of ["HOME", "PATH", "AWS_PROFILE"])
      expect(environment).not.toHaveProperty(name);
  });
});
