import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readTemplate } from "../../../infra/local/template/read-template.ts";
import { PLACE } from "./place.ts";

const TEXT = readFileSync(new URL("../../../infra/template.yaml", import.meta.url), "utf8");
const read = (parameters: Record<string, string>) => readTemplate(TEXT, PLACE, parameters);
const QUEUE = "arn:aws:sqs:eu-west-1:123456789012:theirs";

describe("a rule of infra/template.yaml refuses parameters that cannot work together", () => {
  it.each([
    [{ BatchSize: "200" }, "With a MemorySize of 256 or 512, BatchSize is 100 at most"],
    [{ PollConcurrency: "200" }, "With a MemorySize of 256 or 512, PollConcurrency is 100 at most"],
    [{ MemorySize: "256", BatchSize: "500" }, "BatchSize is 100 at most"],
    [{ MemorySize: "1024", BatchSize: "300" }, "BatchSize is 200 at most"],
    [{ MemorySize: "1769", PollConcurrency: "500" }, "PollConcurrency is 300 at most"],
    [{ VpcSubnetIds: "subnet-1" }, "VpcSubnetIds needs VpcSecurityGroupIds"],
    [{ VpcSecurityGroupIds: "sg-1" }, "VpcSecurityGroupIds needs VpcSubnetIds"],
    [{ MinimumPollers: "3" }, "MinimumPollers needs MaximumPollers"],
    [
      { MaximumPollers: "20", MaximumConcurrency: "50" },
      "MaximumConcurrency has no effect with MaximumPollers",
    ],
    [{ WarmWritesPerSecond: "8000", Fence: "false" }, "WarmWritesPerSecond has no effect"],
    [{ SecretArns: "arn:aws:ssm:x" }, "SecretArns needs AllowSecrets"],
    [{ DeliveryArns: "arn:aws:sqs:x" }, "DeliveryArns and TaskTokens need AllowDeliveries"],
    [{ TaskTokens: "true" }, "DeliveryArns and TaskTokens need AllowDeliveries"],
    [{ SigV4PolicyArns: "arn:aws:iam::1:policy/x" }, "SigV4PolicyArns needs AllowSigV4"],
    [
      { ExistingPollQueueArn: QUEUE, SenderAccounts: "123456789012" },
      "SenderAccounts has no effect",
    ],
    [{ ExistingPollQueueArn: QUEUE, RetentionDays: "7" }, "RetentionDays has no effect"],
  ] as Array<[Record<string, string>, string]>)("%j", (parameters, problem) => {
    expect(() => read(parameters)).toThrow(problem);
  });

  it.each([
    {},
    { MemorySize: "256", BatchSize: "100", PollConcurrency: "100" },
    { MemorySize: "1024", BatchSize: "200", PollConcurrency: "200" },
    { MemorySize: "3008", BatchSize: "500", PollConcurrency: "500" },
    { VpcSubnetIds: "subnet-1,subnet-2", VpcSecurityGroupIds: "sg-1" },
    { MinimumPollers: "200", MaximumPollers: "2000", WarmWritesPerSecond: "4000" },
    { SecretArns: "arn:aws:ssm:x", AllowSecrets: "ssm:/polls/*" },
    {
      AllowDeliveries:
        "queue:https://sqs.us-east-1.amazonaws.com/1/*, eventBus:a-*,taskToken,webhook",
      DeliveryArns: "arn:aws:sqs:us-east-1:1:x,arn:aws:events:us-east-1:1:event-bus/a-b",
      TaskTokens: "true",
    },
    { SigV4PolicyArns: "arn:aws:iam::1:policy/x", AllowSigV4: "athena,execute-api@a.example" },
  ] as Array<Record<string, string>>)("and accepts %j", (parameters) => {
    expect(() => read(parameters)).not.toThrow();
  });

  it.each([
    [{ MaximumConcurrency: "1" }, "is below 2"],
    [{ MaximumConcurrency: "1001" }, "is above 1000"],
    [{ MinimumPollers: "1", MaximumPollers: "2" }, "is below 2"],
    [{ MinimumPollers: "201", MaximumPollers: "2000" }, "is above 200"],
    [{ MaximumPollers: "1" }, "an integer from 2 to 2000"],
    [{ MaximumPollers: "2001" }, "an integer from 2 to 2000"],
    [{ MinimumPollers: "9", MaximumPollers: "8" }, "MinimumPollers above MaximumPollers"],
    [{ WarmWritesPerSecond: "3999" }, "an integer from 4000"],
    [{ BatchSize: "1000" }, "is none of"],
    [{ MaxAgeSeconds: "0" }, "an integer from 1 to 99999999"],
    [{ MinDelaySeconds: "43201" }, "is above 43200"],
    [{ AllowHosts: "http://a.example" }, "host names, addresses or *.example.com"],
    [{ AllowHosts: "a.example:80" }, "host names, addresses or *.example.com"],
    [{ DenyHosts: "a.example b.example" }, "host names, addresses or *.example.com"],
    [{ AllowPorts: "443-" }, "ports and ranges"],
    [{ AllowSecrets: "polls/*" }, "names of secrets"],
    [{ AllowDeliveries: "orders" }, "queue:URL, eventBus:NAME, topic:ARN, taskToken or webhook"],
    [{ AllowSigV4: "Athena" }, "AWS services separated by commas"],
    [{ ExistingPollQueueArn: `${QUEUE}.fifo` }, "must be the ARN of a standard queue"],
    [{ SenderAccounts: "123456789012,1234" }, '"1234" must be ids of accounts with 12 digits'],
    [{ SecretArns: "polls/api", AllowSecrets: "ssm:/polls/*" }, "must be ARNs"],
    [{ DeliveryArns: "orders", AllowDeliveries: "eventBus:orders" }, "must be ARNs"],
    [{ SigV4PolicyArns: "ReadOnly", AllowSigV4: "athena" }, "must be ARNs"],
    [{ VpcSubnetIds: "10.0.0.0/24", VpcSecurityGroupIds: "sg-1" }, "must be ids of subnets"],
    [{ VpcSubnetIds: "subnet-1", VpcSecurityGroupIds: "default" }, "must be ids of security"],
    [{ KmsKeyArn: "alias/polls" }, "must be the ARN of a key"],
    [{ AlarmTopicArn: "alarms" }, "must be the ARN of a topic"],
  ] as Array<[Record<string, string>, string]>)(
    "and refuses %j by itself",
    (parameters, problem) => {
      expect(() => read(parameters)).toThrow(problem);
    },
  );

  it.each([
    { AllowHosts: "a.example, *.b.example ,10.0.0.1,[2001:db8::1],2001:db8::1,bücher.example," },
    {
      AllowHosts: Array.from({ length: 340 }, (_, n) => `h${n}.example`)
        .join(",")
        .slice(0, 4090),
    },
    { AllowPorts: "80, 443,1024-65535" },
  ])("and accepts a long list with every kind of host", (parameters) => {
    expect(() => read(parameters)).not.toThrow();
  });
});

describe("checkRules", () => {
  const rules = (rule: unknown) =>
    readTemplate(
      JSON.stringify({
        Parameters: {
          Size: { Type: "Number", Default: 1 },
          List: { Type: "CommaDelimitedList", Default: "a,b" },
        },
        Rules: { Tested: rule },
        Resources: {},
      }),
      PLACE,
    );
  const assertion = (Assert: unknown) => ({
    Assertions: [{ Assert, AssertDescription: "it is refused" }],
  });
  const isOne = { "Fn::Equals": [{ Ref: "Size" }, "1"] };

  it.each([
    ["Fn::Contains", { "Fn::Contains": [["1", "2"], { Ref: "Size" }] }],
    ["Fn::EachMemberEquals", { "Fn::EachMemberEquals": [["1", "1"], { Ref: "Size" }] }],
    ["within Fn::Not", { "Fn::Not": [{ "Fn::Contains": [{ Ref: "List" }, "c"] }] }],
    ["Fn::Equals", isOne],
  ])("evaluates %s", (_name, of) => {
    expect(() => rules(assertion(of))).not.toThrow();
    expect(() => rules(assertion({ "Fn::Not": [of] }))).toThrow("Rules.Tested: it is refused");
  });

  it("skips the assertions if RuleCondition is false", () => {
    const fails = assertion({ "Fn::Not": [isOne] });
    expect(() => rules({ RuleCondition: { "Fn::Not": [isOne] }, ...fails })).not.toThrow();
    expect(() => rules({ RuleCondition: isOne, ...fails })).toThrow("it is refused");
  });

  it.each([
    [
      assertion({ "Fn::Contains": ["1", "1"] }),
      "Rules.Tested.Fn::Contains: takes a list and a value",
    ],
    [{ Assertions: [{}] }, "Rules.Tested.Assertions.0.Assert"],
    [assertion({ "Fn::RefAll": "x" }), "Fn::RefAll is not a function of a condition"],
  ])("refuses %j, and names its place", (rule, problem) => {
    expect(() => rules(rule)).toThrow(problem);
  });
});
