import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseTemplateYaml } from "../../../infra/local/template/parse-yaml.ts";
import { readTemplate } from "../../../infra/local/template/read-template.ts";
import { PLACE } from "./place.ts";

const TEXT = readFileSync(new URL("../../../infra/template.yaml", import.meta.url), "utf8");
const template = JSON.parse(JSON.stringify(parseTemplateYaml(TEXT)));
template.Outputs.VersionDescription = {
  Value: template.Resources.PollerFunction.Properties.VersionDescription,
};
const WITH_DESCRIPTION = JSON.stringify(template);

const QUEUE = "arn:aws:sqs:eu-west-1:123456789012:theirs";

/** Another value of each parameter, with the other parameters that it needs. */
const CHANGES: Readonly<Record<string, Record<string, string>>> = {
  Environment: { Environment: "test" },
  Fence: { Fence: "false" },
  History: { History: "answers" },
  SenderAccounts: { SenderAccounts: "123456789012" },
  ExistingPollQueueArn: { ExistingPollQueueArn: QUEUE },
  Timeout: { Timeout: "900" },
  MemorySize: { MemorySize: "1024" },
  MaximumConcurrency: { MaximumConcurrency: "7" },
  MinimumPollers: { MinimumPollers: "3", MaximumPollers: "7" },
  MaximumPollers: { MaximumPollers: "7" },
  WarmWritesPerSecond: { WarmWritesPerSecond: "8000" },
  BatchSize: { BatchSize: "7" },
  BatchWindow: { BatchWindow: "5" },
  PollConcurrency: { PollConcurrency: "7" },
  HostConcurrency: { HostConcurrency: "7" },
  MinDelaySeconds: { MinDelaySeconds: "7" },
  MaxRetries: { MaxRetries: "7" },
  MaxAgeSeconds: { MaxAgeSeconds: "7" },
  AllowHosts: { AllowHosts: "a.example" },
  DenyHosts: { DenyHosts: "b.example" },
  AllowPorts: { AllowPorts: "443" },
  AllowPrivate: { AllowPrivate: "true" },
  AllowSecrets: { AllowSecrets: "ssm:/polls/*" },
  SecretArns: { SecretArns: "arn:aws:ssm:x", AllowSecrets: "ssm:/polls/*" },
  OutcomeBucket: { OutcomeBucket: "true" },
  AllowDeliveries: { AllowDeliveries: "taskToken" },
  DeliveryArns: { DeliveryArns: "arn:aws:sqs:x", AllowDeliveries: "queue:*" },
  TaskTokens: { TaskTokens: "true", AllowDeliveries: "taskToken" },
  AllowSigV4: { AllowSigV4: "athena" },
  SigV4PolicyArns: { SigV4PolicyArns: "arn:aws:iam::1:policy/x", AllowSigV4: "athena" },
  VpcSubnetIds: { VpcSubnetIds: "subnet-1", VpcSecurityGroupIds: "sg-1" },
  VpcSecurityGroupIds: { VpcSubnetIds: "subnet-1", VpcSecurityGroupIds: "sg-1" },
  RetentionDays: { RetentionDays: "7" },
  LogRetentionDays: { LogRetentionDays: "7" },
  OnDelete: { OnDelete: "Retain" },
  KmsKeyArn: { KmsKeyArn: "arn:aws:kms:eu-west-1:123456789012:key/1" },
  LogLevel: { LogLevel: "WARN" },
  AlarmTopicArn: { AlarmTopicArn: "arn:aws:sns:eu-west-1:123456789012:alarms" },
  Deployment: { Deployment: "AllAtOnce" },
  Release: { Release: "second" },
};

const read = (parameters: Record<string, string> = {}) => {
  // Only the template's own queues exist locally.
  const text =
    "ExistingPollQueueArn" in parameters
      ? WITH_DESCRIPTION.replace('"Type":"SQS"', '"Type":"Elsewhere"')
      : WITH_DESCRIPTION;
  const { functions, outputs } = readTemplate(text, PLACE, parameters);
  return { poller: functions[0], description: outputs.VersionDescription ?? "" };
};

describe("the function's version", () => {
  it.each(Object.keys(template.Parameters))("changes if %s changes the function", (name) => {
    const parameters = CHANGES[name];
    expect(parameters, "a parameter that this test does not know").toBeDefined();
    const [before, after] = [read(), read(parameters)];
    // The content of a list changes no version, because the function reads it each minute.
    const changed = JSON.stringify(after.poller) !== JSON.stringify(before.poller);
    if (changed) expect(after.description).not.toBe(before.description);
    if (["Timeout", "MaxRetries", "AllowHosts", "ExistingPollQueueArn"].includes(name)) {
      expect(changed).toBe(true);
    }
  });

  it("has a description of at most 256 characters, whatever the parameters", () => {
    const longest = {
      Timeout: "900",
      MemorySize: "3008",
      PollConcurrency: "500",
      HostConcurrency: "9999",
      MinDelaySeconds: "43200",
      MaxRetries: "100000",
      MaxAgeSeconds: "99999999",
      Fence: "checkpoints",
      History: "claims",
      AllowPrivate: "false",
      LogLevel: "SILENT",
      Release: "x".repeat(12),
      AllowPorts: "10000-20000,".repeat(7).slice(0, 80),
      AllowHosts: "a.example",
      DenyHosts: "b.example",
      AllowSecrets: "ssm:/x",
      ExistingPollQueueArn: `${QUEUE.slice(0, -6)}${"q".repeat(80)}`,
    };
    const { description } = read(longest);
    expect(description).toContain("q".repeat(80));
    expect(description.length).toBeLessThanOrEqual(256);
    expect(template.Parameters.AllowPorts.MaxLength).toBe(80);
    expect(template.Parameters.Release.MaxLength).toBe(12);
  });
});
