import { describe, expect, it } from "vitest";
import { readTemplate } from "../../../infra/local/template/read-template.ts";
import { PLACE } from "./place.ts";

const TEMPLATE = `
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: nodejs24.x
    Timeout: 20
    MemorySize: 512
    Environment: { Variables: { SHARED: global, LEVEL: low } }
Resources:
  Poller:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: ../dist
      Handler: index.handler
      Timeout: 30
      AutoPublishAlias: live
      Environment:
        Variables: { LEVEL: high, QUEUE: !Ref Work, COUNT: 3, GONE: !Ref AWS::NoValue }
      Events:
        Work:
          Type: SQS
          Properties:
            Queue: !GetAtt Work.Arn
            BatchSize: 100
            MaximumBatchingWindowInSeconds: 2
            FunctionResponseTypes: [ReportBatchItemFailures]
            ScalingConfig: { MaximumConcurrency: 7 }
        Daily: { Type: Schedule, Properties: { Schedule: rate(1 day) } }
  Work:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 180
      SqsManagedSseEnabled: true
      RedrivePolicy: { deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5 }
      Tags: [{ Key: team, Value: polls }]
  Dead:
    Type: AWS::SQS::Queue
`;

const read = (from = "", to = "") => readTemplate(TEMPLATE.replace(from, to), PLACE);

describe("readTemplate", () => {
  it("describes queues in the form that CreateQueue takes", () => {
    expect(read().queues).toEqual([
      {
        logicalId: "Work",
        name: "stack-Work",
        url: "http://127.0.0.1:9324/000000000000/stack-Work",
        arn: "arn:aws:sqs:eu-west-1:000000000000:stack-Work",
        attributes: {
          VisibilityTimeout: "180",
          SqsManagedSseEnabled: "true",
          RedrivePolicy:
            '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:000000000000:stack-Dead","maxReceiveCount":5}',
        },
        tags: { team: "polls" },
        deadLetterTargetArn: "arn:aws:sqs:eu-west-1:000000000000:stack-Dead",
      },
      expect.objectContaining({ logicalId: "Dead", attributes: {}, tags: {} }),
    ]);
  });

  it("describes functions, merged with SAM's Globals", () => {
    expect(read().functions).toEqual([
      {
        logicalId: "Poller",
        name: "stack-Poller",
        invokedArn: "arn:aws:lambda:eu-west-1:000000000000:function:stack-Poller:live",
        version: "1",
        codeUri: "../dist",
        handler: "index.handler",
        runtime: "nodejs24.x",
        timeoutSeconds: 30,
        memoryMegabytes: 512,
        logGroupName: "/aws/lambda/stack-Poller",
        environment: {
          SHARED: "global",
          LEVEL: "high",
          QUEUE: "http://127.0.0.1:9324/000000000000/stack-Work",
          COUNT: "3",
        },
      },
    ]);
  });

  it("describes SQS events, with Lambda's defaults for missing properties", () => {
    const arn = "arn:aws:sqs:eu-west-1:000000000000:stack-Work";
    expect(read().eventSourceMappings).toEqual([
      {
        functionId: "Poller",
        queueArn: arn,
        batchSize: 100,
        windowSeconds: 2,
        reportsBatchItemFailures: true,
        maximumConcurrency: 7,
      },
    ]);
    const [start, end] = [
      TEMPLATE.indexOf("            BatchSize"),
      TEMPLATE.indexOf("        Daily"),
    ];
    const bare = TEMPLATE.slice(0, start) + TEMPLATE.slice(end);
    expect(readTemplate(bare, PLACE).eventSourceMappings).toEqual([
      {
        functionId: "Poller",
        queueArn: arn,
        batchSize: 10,
        windowSeconds: 0,
        reportsBatchItemFailures: false,
      },
    ]);
  });

  it("leaves out an event that is not enabled", () => {
    expect(read("BatchSize: 100", "BatchSize: 100\n            Enabled: 'false'")).toMatchObject({
      eventSourceMappings: [],
    });
  });

  it("runs ten invocations at once for each event poller of provisioned mode", () => {
    const pollers = "ProvisionedPollerConfig: { MinimumPollers: 2, MaximumPollers: 30 }";
    const { eventSourceMappings } = read("ScalingConfig: { MaximumConcurrency: 7 }", pollers);
    expect(eventSourceMappings).toMatchObject([{ maximumConcurrency: 300 }]);
  });

  it.each([
    ["Timeout: 30", "Timeout: 901", "Resources.Poller.Properties.Timeout: "],
    ["Handler: index.handler", "Handler: index", "Resources.Poller.Properties.Handler: "],
    ["Runtime: nodejs24.x", "Runtime: python3.14", "Resources.Poller.Properties.Runtime: "],
    [
      "Handler: index.handler",
      "Role: !GetAtt Rolle.Arn",
      "Resources.Poller.Properties.Role.Fn::GetAtt: refers to Rolle",
    ],
    ["BatchSize: 100", "BatchSize: 10001", "Events.Work.Properties.BatchSize: "],
    ["InSeconds: 2", "InSeconds: 0", "InSeconds: must be 1 or more when BatchSize is above 10"],
    [
      "MaximumConcurrency: 7",
      "MaximumConcurrency: 1",
      "Properties.ScalingConfig.MaximumConcurrency: ",
    ],
    [
      "ScalingConfig: { MaximumConcurrency: 7 }",
      "ProvisionedPollerConfig: { MaximumPollers: 2001 }",
      "Properties.ProvisionedPollerConfig.MaximumPollers: ",
    ],
    [
      "ScalingConfig: { MaximumConcurrency: 7 }",
      "ProvisionedPollerConfig: { MinimumPollers: 9, MaximumPollers: 8 }",
      "ProvisionedPollerConfig: has a MinimumPollers above MaximumPollers",
    ],
    [
      "BatchSize: 100",
      "ProvisionedPollerConfig: { MaximumPollers: 8 }",
      "ProvisionedPollerConfig: excludes ScalingConfig",
    ],
    ["BatchSize: 100", "FilterCriteria: {}", "FilterCriteria"],
    ["Queue: !GetAtt Work.Arn", "Queue: arn:aws:sqs:x:1:other", "is not a queue of the template"],
    [
      "VisibilityTimeout: 180",
      "VisibilityTimeout: 29",
      "Timeout of 30 s is above Work's VisibilityTimeout of 29 s",
    ],
    ["VisibilityTimeout: 180", "VisibilityTimeOut: 180", "VisibilityTimeOut"],
    ["VisibilityTimeout: 180", "QueueName: !GetAtt Work.QueueName", "Work depends on itself"],
    ["  Dead:\n    Type: AWS::SQS::Queue", "  Dead: {}", "Resources.Dead.Type: "],
  ])("refuses %j changed to %j, and names its place", (from, to, problem) => {
    expect(TEMPLATE).toContain(from);
    expect(() => read(from, to)).toThrow(problem);
  });
});
