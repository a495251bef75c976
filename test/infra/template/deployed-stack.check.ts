import { readFile } from "node:fs/promises";
import { GetRolePolicyCommand, IAMClient, ListRolePoliciesCommand } from "@aws-sdk/client-iam";
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
} from "@aws-sdk/client-lambda";
import { CreateQueueCommand, GetQueueAttributesCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readTemplate, type Template } from "../../../infra/local/template/read-template.ts";
import { type Moto, startMoto } from "../moto.ts";
import { projectFile } from "../tools.ts";
import { type DeployedStack, deploy, samTransform } from "./deploy.ts";
import { policyStatements } from "./policy-statements.ts";

const ACCOUNT = "123456789012";
const TEMPLATE = "infra/template.yaml";
const SQS_HOST = "https://sqs.us-east-1.amazonaws.com";

const stacks: Record<string, Record<string, string>> = {
  "as-it-comes": {},
  "without-fence": { Fence: "false", Timeout: "900", LogLevel: "WARN", AllowHosts: "a.example" },
  "all-on": {
    KmsKeyArn: "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555",
    AlarmTopicArn: "arn:aws:sns:us-east-1:123456789012:alarms",
    VpcSubnetIds: "subnet-1,subnet-2",
    VpcSecurityGroupIds: "sg-1",
    AllowSecrets: "secretsmanager:polls/*",
    SecretArns: "arn:aws:secretsmanager:us-east-1:123456789012:secret:polls/*",
    AllowSigV4: "athena",
    RetentionDays: "1",
    BatchSize: "10",
    BatchWindow: "300",
    DenyHosts: "b.example",
    MinDelaySeconds: "60",
    MaxRetries: "500",
    MaxAgeSeconds: "86400",
    OnDelete: "Retain",
  },
};

let moto: Moto;
let lambda: LambdaClient;
let sqs: SQSClient;
let iam: IAMClient;
let text: string;
beforeAll(async () => {
  moto = await startMoto();
  lambda = new LambdaClient(moto.client);
  sqs = new SQSClient({ ...moto.client, useQueueUrlAsEndpoint: false });
  iam = new IAMClient(moto.client);
  text = await readFile(projectFile(TEMPLATE), "utf8");
});
afterAll(async () => {
  for (const client of [lambda, sqs, iam]) client.destroy();
  await moto[Symbol.asyncDispose]();
});

describe.each(Object.entries(stacks))("the stack %s", (stackName, parameters) => {
  let deployed: DeployedStack;
  /** The same template, as the local stack reads it. */
  let local: Template;
  beforeAll(async () => {
    deployed = await deploy(moto, stackName, TEMPLATE, parameters);
    const place = { stackName, region: "us-east-1", accountId: ACCOUNT, endpoint: SQS_HOST };
    local = readTemplate(text, place, parameters);
  });
  const id = (logicalId: string) => deployed.resources[logicalId] ?? `no ${logicalId}`;
  const configuration = () =>
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName: id("PollerFunction") }));

  it("has the same queues as the local stack, attribute by attribute", async () => {
    for (const { logicalId, attributes, arn } of local.queues) {
      const answer = await sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: id(logicalId), AttributeNames: ["All"] }),
      );
      const Attributes: Record<string, string> = answer.Attributes ?? {};
      expect(Attributes.QueueArn).toBe(arn);
      for (const [name, value] of Object.entries(attributes)) {
        if (UNKNOWN_TO_MOTO.includes(name)) continue;
        expect(`${name} ${plain(Attributes[name])}`).toBe(`${name} ${plain(value)}`);
      }
    }
  });

  it("has the same function as the local stack: handler, limits and environment", async () => {
    const { Handler, Runtime, Timeout, MemorySize, Environment } = await configuration();
    const [of] = local.functions;
    // Locally a variable contains the list itself, in the deployed function the name of its parameter.
    const lists = {
      AllowHosts: "a.example",
      DenyHosts: "b.example",
      AllowSecrets: "secretsmanager:polls/*",
      AllowSigV4: "athena",
    };
    const name = (value: unknown) => {
      const list = Object.entries(lists).find(
        ([of]) => value === `parameter:${id(`${of}Parameter`)}`,
      );
      return list?.[1] ?? String(value).replace(id("PollTable"), `${stackName}-PollTable`);
    };
    const variables = Object.entries(Environment?.Variables ?? {}).map(([key, value]) => [
      key,
      name(value),
    ]);
    expect({
      handler: Handler,
      runtime: Runtime,
      timeoutSeconds: Number(Timeout),
      memoryMegabytes: Number(MemorySize),
      environment: Object.fromEntries(variables),
    }).toMatchObject({
      handler: of?.handler,
      runtime: of?.runtime,
      timeoutSeconds: of?.timeoutSeconds,
      memoryMegabytes: of?.memoryMegabytes,
      environment: of?.environment,
    });
  });

  it("keeps each list in a parameter that the function may read", async () => {
    const { Resources } = JSON.parse(await samTransform(TEMPLATE, parameters, "aws"));
    for (const list of ["AllowHosts", "DenyHosts", "AllowSecrets", "AllowSigV4"]) {
      expect(`${list}Parameter` in deployed.resources).toBe(list in parameters);
      expect(Resources[`${list}Parameter`]).toMatchObject({
        Condition: `Has${list}`,
        Properties: { Value: { Ref: list } },
      });
      if (list in parameters) {
        expect(id(`${list}Parameter`)).toMatch(`/request-poller/${stackName}/`);
      }
    }
  });

  it("invokes the function from the poll queue, as locally", async () => {
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
    const [mapping] = local.eventSourceMappings;
    const ours = EventSourceMappings.find((of) => of.EventSourceArn === mapping?.queueArn);
    expect(ours).toMatchObject({ BatchSize: mapping?.batchSize, State: "Enabled" });
    expect(ours?.FunctionArn).toContain(id("PollerFunction"));
  });

  it("invokes the alias and reports single failures", async () => {
    const { Resources } = JSON.parse(await samTransform(TEMPLATE, parameters, "aws"));
    expect(Resources.PollerFunction.Properties.RecursiveLoop).toBe("Allow");
    expect(Resources.PollerFunctionPolls.Properties).toMatchObject({
      FunctionName: { Ref: "PollerFunctionAliaslive" },
      FunctionResponseTypes: ["ReportBatchItemFailures"],
    });
  });

  it("limits the invocations by MaximumConcurrency or by provisioned mode, never by both", async () => {
    const { Resources } = JSON.parse(await samTransform(TEMPLATE, parameters, "aws"));
    const none = { Ref: "AWS::NoValue" };
    expect(Resources.PollerFunctionPolls.Properties).toMatchObject({
      ScalingConfig: {
        "Fn::If": ["IsProvisioned", none, { MaximumConcurrency: { Ref: "MaximumConcurrency" } }],
      },
      ProvisionedPollerConfig: {
        "Fn::If": [
          "IsProvisioned",
          { MinimumPollers: { Ref: "MinimumPollers" }, MaximumPollers: { Ref: "MaximumPollers" } },
          none,
        ],
      },
    });
  });

  it("gives the function the rights that it needs, each for a named resource", async () => {
    const RoleName = id("PollerRole");
    const { PolicyNames = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
    const documents = await Promise.all(
      PolicyNames.map((PolicyName) => iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }))),
    );
    const statements = documents.flatMap(({ PolicyDocument }) => policyStatements(PolicyDocument));
    const allowed = (action: string) =>
      statements
        .filter(({ Action }) => [Action].flat().includes(action))
        .flatMap(({ Resource }) => Resource);
    const arn = (logicalId: string) => local.queues.find((of) => of.logicalId === logicalId)?.arn;
    expect(allowed("sqs:SendMessage").sort()).toEqual(
      ["PollQueue", "OutcomeQueue", "DeadLetterQueue"].map(arn).sort(),
    );
    expect(allowed("sqs:ReceiveMessage")).toEqual([arn("PollQueue")]);
    expect(allowed("dynamodb:UpdateItem")).toHaveLength(local.tables.length);
    const listed = ["AllowHosts", "DenyHosts", "AllowSecrets", "AllowSigV4"].some(
      (of) => of in parameters,
    );
    expect(allowed("ssm:GetParameters")).toEqual(
      listed ? [`arn:aws:ssm:us-east-1:${ACCOUNT}:parameter/request-poller/${stackName}/*`] : [],
    );
    const wild = statements.filter(({ Resource }) => [Resource].flat().includes("*"));
    expect(wild.map(({ Sid }) => Sid).sort()).toEqual(
      "VpcSubnetIds" in parameters ? ["HaveNetworkInterfaces", "WriteTraces"] : ["WriteTraces"],
    );
  });

  it("has the outputs that the command line and users need", () => {
    expect(Object.keys(deployed.outputs).sort()).toEqual(Object.keys(local.outputs).sort());
    expect(deployed.outputs.QueueUrl).toBe(id("PollQueue"));
  });
});

it("has a version whose description contains what the function reads: Lambda publishes no unchanged function", async () => {
  const { Resources } = JSON.parse(await samTransform(TEMPLATE, {}, "aws"));
  const { FunctionVersion } = Resources.PollerFunctionAliaslive.Properties;
  const version = Resources[FunctionVersion["Fn::GetAtt"][0]];
  expect(version.Type).toBe("AWS::Lambda::Version");
  // A version's description cannot change: CloudFormation creates another version instead.
  expect(version.Properties.Description["Fn::Sub"][0]).toContain("$" + "{MaxRetries}");
  const { Metrics } = Resources.NewVersionErrorsAlarm.Properties;
  expect(JSON.stringify(Metrics)).toContain(JSON.stringify(FunctionVersion));
});

describe("a stack on an existing queue", () => {
  const queueName = "theirs";
  const queueArn = `arn:aws:sqs:us-east-1:${ACCOUNT}:${queueName}`;

  it("creates no poll queue, and takes polls from the existing one", async () => {
    await sqs.send(new CreateQueueCommand({ QueueName: queueName }));
    const { resources, outputs } = await deploy(moto, "on-theirs", TEMPLATE, {
      ExistingPollQueueArn: queueArn,
    });
    expect(Object.keys(resources)).not.toContain("PollQueue");
    expect(Object.keys(resources)).not.toContain("PollQueuePolicy");
    const url = `${SQS_HOST}/${ACCOUNT}/${queueName}`;
    expect(outputs).toMatchObject({ QueueUrl: url, QueueArn: queueArn });
    const { EventSourceMappings = [] } = await lambda.send(new ListEventSourceMappingsCommand({}));
    expect(EventSourceMappings.map(({ EventSourceArn }) => EventSourceArn)).toContain(queueArn);
    const FunctionName = resources.PollerFunction;
    const { Environment } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    );
    expect(Environment?.Variables).toMatchObject({ QUEUE_URL: url });
    const policy = { RoleName: resources.PollerRole, PolicyName: "poller" };
    const { PolicyDocument } = await iam.send(new GetRolePolicyCommand(policy));
    expect(policyStatements(PolicyDocument)).toContainEqual(
      expect.objectContaining({ Sid: "ReceiveAndRequeuePolls", Resource: queueArn }),
    );
  });
});

/** Attributes that moto accepts but does not return. */
const UNKNOWN_TO_MOTO = ["SqsManagedSseEnabled", "RedriveAllowPolicy"];

/** JSON with sorted keys, and numbers as strings, as CloudFormation writes them. */
function plain(value: string | undefined): string {
  if (value === undefined || !value.startsWith("{")) return String(value);
  const sorted = Object.entries(JSON.parse(value)).sort(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify(sorted.map(([key, of]) => [key, Array.isArray(of) ? of : String(of)]));
}
