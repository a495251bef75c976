import { GetPolicyVersionCommand, GetRolePolicyCommand, IAMClient } from "@aws-sdk/client-iam";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Moto, startMoto } from "../moto.ts";
import { deploy, samTransform } from "./deploy.ts";
import { policyStatements } from "./policy-statements.ts";

const QUEUE_ARN = "arn:aws:sqs:us-east-1:123456789012:request-poller-polls";
const KEY_ARN = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";

let moto: Moto;
let iam: IAMClient;
beforeAll(async () => {
  moto = await startMoto();
  iam = new IAMClient(moto.client);
});
afterAll(async () => {
  iam.destroy();
  await moto[Symbol.asyncDispose]();
});

const sendPolls = { Effect: "Allow", Action: "sqs:SendMessage", Resource: QUEUE_ARN };
const useKey = { Effect: "Allow", Resource: KEY_ARN };

describe("infra/examples/other-account", () => {
  const template = "infra/examples/other-account/template.yaml";
  const statementsOf = async (PolicyArn: string | undefined) => {
    const version = new GetPolicyVersionCommand({ PolicyArn, VersionId: "v1" });
    return policyStatements((await iam.send(version)).PolicyVersion?.Document);
  };

  it("lets senders only send", async () => {
    const { outputs } = await deploy(moto, "sender", template, { QueueArn: QUEUE_ARN });
    expect(Object.keys(outputs)).toEqual(["PolicyArn"]);
    expect(await statementsOf(outputs.PolicyArn)).toMatchObject([sendPolls]);
  });

  it("lets senders use the queue's key, if it has one", async () => {
    const parameters = { QueueArn: QUEUE_ARN, KmsKeyArn: KEY_ARN };
    const { outputs } = await deploy(moto, "sender-with-key", template, parameters);
    expect(await statementsOf(outputs.KeyPolicyArn)).toMatchObject([useKey]);
  });
});

describe("infra/examples/http-api", () => {
  const template = "infra/examples/http-api/template.yaml";

  it("may only send to the poller's queue", async () => {
    const { resources, outputs } = await deploy(moto, "http-api", template, {});
    const role = { RoleName: resources.ApiRole, PolicyName: "send" };
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand(role));
    expect(policyStatements(PolicyDocument)).toMatchObject([sendPolls]);
    expect(outputs.Url).toMatch(
      /^https:\/\/\w+\.execute-api\.us-east-1\.amazonaws\.com\/live\/polls$/,
    );
  });

  it("requires nothing of API Gateway that it does not send when it assumes the role", async () => {
    const { Resources } = JSON.parse(await samTransform(template, {}, "aws"));
    const [trust, ...more] = Resources.ApiRole.Properties.AssumeRolePolicyDocument.Statement;
    expect(more).toEqual([]);
    expect(trust).toEqual({
      Effect: "Allow",
      Principal: { Service: "apigateway.amazonaws.com" },
      Action: "sts:AssumeRole",
    });
  });

  it("passes the body on unchanged, from callers that signed the request", async () => {
    const { Resources } = JSON.parse(await samTransform(template, {}, "aws"));
    expect(Resources.PostPoll.Properties).toMatchObject({
      HttpMethod: "POST",
      AuthorizationType: "AWS_IAM",
      Integration: {
        PassthroughBehavior: "NEVER",
        RequestTemplates: {
          "application/json": "Action=SendMessage&MessageBody=$util.urlEncode($input.body)",
        },
      },
    });
  });
});

describe("infra/examples/webhook-receiver", () => {
  const SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:polls/hook-AbCdEf";

  it("may only read its secret, store outcomes and write its log", async () => {
    const template = "infra/examples/webhook-receiver/template.yaml";
    const parameters = { SecretArn: SECRET_ARN };
    const { Resources } = JSON.parse(await samTransform(template, parameters, "aws"));
    const { Policies, ManagedPolicyArns } = Resources.ReceiverRole.Properties;
    expect(
      Policies.flatMap(
        (policy: { PolicyDocument: { Statement: unknown } }) => policy.PolicyDocument.Statement,
      ),
    ).toEqual([
      expect.objectContaining({ Action: "secretsmanager:GetSecretValue" }),
      expect.objectContaining({
        Action: "s3:PutObject",
        Resource: { "Fn::Sub": expect.stringMatching(/Outcomes\.Arn}\/outcomes\/\*$/) },
      }),
    ]);
    expect(JSON.stringify(ManagedPolicyArns)).not.toMatch(/FullAccess|Admin/);
  });
});
