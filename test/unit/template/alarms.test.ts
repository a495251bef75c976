import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { parseTemplateYaml } from "../../../infra/local/template/parse-yaml.ts";

const file = (path: string) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");

type Resource = { Type: string; Properties: Record<string, unknown> };
const template = JSON.parse(JSON.stringify(parseTemplateYaml(file("infra/template.yaml"))));
const ofType = (type: string): [string, Resource["Properties"]][] =>
  Object.entries<Resource>(template.Resources)
    .filter(([, { Type }]) => Type === type)
    .map(([logicalId, { Properties }]) => [logicalId, Properties]);

const ALARMS = ofType("AWS::CloudWatch::Alarm");
const rows = file("README.md")
  .split("## When it rings")[1]
  ?.split("\n## ")[0]
  ?.split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").map((cell) => cell.trim()));

describe("the alarms", () => {
  it("stand in the README, each with what to look at and what to do", () => {
    expect(rows?.map(([, name]) => name).sort()).toEqual(
      ALARMS.map(([logicalId]) => `\`${logicalId}\``).sort(),
    );
    for (const [, , ...cells] of rows ?? []) {
      const [means, lookAt, act] = cells;
      for (const cell of [means, lookAt, act]) expect(cell?.length).toBeGreaterThan(20);
    }
  });

  it.each(ALARMS)("%s tells the topic, and says nothing where there is no data", (_, alarm) => {
    const told = { "Fn::If": ["HasAlarmTopic", [{ Ref: "AlarmTopicArn" }], []] };
    expect(alarm).toMatchObject({
      AlarmActions: told,
      OKActions: told,
      TreatMissingData: "notBreaching",
    });
  });

  it("ask for the period of a metric, never of an expression: CloudWatch knows none", () => {
    for (const [logicalId, { Metrics = [] }] of ALARMS) {
      const metrics = Object(Metrics) as { Id: string; Expression?: string; MetricStat?: object }[];
      for (const { Expression = "" } of metrics) {
        for (const [, id] of Expression.matchAll(/PERIOD\((\w+)\)/g)) {
          expect(metrics.find(({ Id }) => Id === id)?.MetricStat, logicalId).toBeDefined();
        }
      }
    }
  });

  it("stand on the dashboard", () => {
    const [[, dashboard] = []] = ofType("AWS::CloudWatch::Dashboard");
    const body = JSON.stringify(dashboard);
    for (const [logicalId] of ALARMS) expect(body).toContain(`\${${logicalId}.Arn}`);
  });

  it("roll a canary back by the new version's own failures, not by one error of a moment", () => {
    const [[, poller] = []] = ofType("AWS::Serverless::Function");
    expect(Object(poller?.DeploymentPreference).Alarms).toEqual([{ Ref: "NewVersionErrorsAlarm" }]);
    const [, alarm] = ALARMS.find(([logicalId]) => logicalId === "NewVersionErrorsAlarm") ?? [];
    expect(alarm?.DatapointsToAlarm).toBeGreaterThan(1);
    const metrics = Object(alarm?.Metrics) as {
      MetricStat?: { Metric: { Dimensions: object[] } };
    }[];
    for (const { MetricStat } of metrics.filter((of) => of.MetricStat)) {
      expect(MetricStat?.Metric.Dimensions).toContainEqual({
        Name: "ExecutedVersion",
        Value: { "Fn::GetAtt": ["PollerFunction", "Version.Version"] },
      });
    }
  });
});

describe("the dashboard", () => {
  it("is JSON once its names are filled in, every metric of the poller's among those it records", () => {
    const [[, dashboard] = []] = ofType("AWS::CloudWatch::Dashboard");
    const [text] = Object(dashboard?.DashboardBody)["Fn::Sub"];
    const { widgets } = JSON.parse(String(text).replace(/\$\{[\w.:]+\}/g, "1"));
    expect(widgets.length).toBeGreaterThan(5);
    const recorded =
      file("middleware/record-metrics.ts") + file("lib/metrics/request-measurements.ts");
    const shown = [...String(text).matchAll(/"RequestPoller", "(\w+)"/g)].map(([, name]) => name);
    for (const name of shown) {
      expect(recorded).toContain(name?.replace(/^Http\dxx$/, "Http2xx"));
    }
  });

  it("says beside README what it costs to watch the stack", () => {
    const [[, dashboard] = []] = ofType("AWS::CloudWatch::Dashboard");
    const [text] = Object(dashboard?.DashboardBody)["Fn::Sub"];
    const shown = [...String(text).matchAll(/"RequestPoller", "(\w+)"/g)].map(([, name]) => name);
    // Not shown: Http3xx, and Completed, a copy that the fence dropped.
    const metrics = new Set(shown).size + 2;
    const watched = ALARMS.flatMap(([, { Metrics = [{ MetricStat: {} }] }]) => Metrics);
    const alarmMetrics = watched.filter((metric) => "MetricStat" in Object(metric)).length;
    // CloudWatch's price list of us-east-1: a custom metric, an alarm's metric, a dashboard; dollars a month.
    const dollars = metrics * 0.3 + alarmMetrics * 0.1 + 3;
    const [, title] = /"title": "(What does it cost\?.*?)"/.exec(String(text)) ?? [];
    expect(title).toContain(`$${Math.round(dollars)} a month`);
    expect(file("README.md").replaceAll("\n", " ")).toContain(
      `about $${Math.round(dollars)} a month by list price, however few the polls: ${metrics} metrics at $0.30, ` +
        `${alarmMetrics} metrics in alarms at $0.10, a dashboard at $3`,
    );
  });
});

describe("the queues", () => {
  it("and the table stay with what they hold where OnDelete says so", () => {
    const kept = Object.entries<
      Resource & { DeletionPolicy?: object; UpdateReplacePolicy?: object }
    >(template.Resources).filter(([, { Type }]) =>
      ["AWS::SQS::Queue", "AWS::DynamoDB::Table"].includes(Type),
    );
    expect(kept).toHaveLength(4);
    for (const [, { DeletionPolicy, UpdateReplacePolicy }] of kept) {
      expect([DeletionPolicy, UpdateReplacePolicy]).toEqual([
        { Ref: "OnDelete" },
        { Ref: "OnDelete" },
      ]);
    }
    expect(template.Parameters.OnDelete.AllowedValues).toEqual(["Delete", "Retain"]);
    expect(template.Resources.PollTable.Properties).toMatchObject({
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    });
  });

  it("take and give nothing but over TLS", () => {
    const policies = ofType("AWS::SQS::QueuePolicy").map(([, properties]) => properties);
    for (const [logicalId] of ofType("AWS::SQS::Queue")) {
      const own = policies.find(({ Queues }) => JSON.stringify(Queues).includes(`"${logicalId}"`));
      expect(Object(own?.PolicyDocument).Statement).toContainEqual({
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: { "Fn::GetAtt": expect.anything() },
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
    }
  });
});
