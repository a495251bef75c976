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
const rows = file("docs/reference/alarms.md")
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split("|").map((cell) => cell.trim()));

describe("the alarms", () => {
  it("are all in their reference, each with what to look at and what to do", () => {
    expect(rows.map(([, name]) => name).sort()).toEqual(
      ALARMS.map(([logicalId]) => `\`${logicalId}\``).sort(),
    );
    for (const [, , ...cells] of rows) {
      const [means, lookAt, act] = cells;
      for (const cell of [means, lookAt, act]) expect(cell?.length).toBeGreaterThan(20);
    }
  });

  it.each(ALARMS)("%s notifies the topic, and does not ring without data", (_, alarm) => {
    const told = { "Fn::If": ["HasAlarmTopic", [{ Ref: "AlarmTopicArn" }], []] };
    expect(alarm).toMatchObject({
      AlarmActions: told,
      OKActions: told,
      TreatMissingData: "notBreaching",
    });
  });

  it("use PERIOD() on metrics only: in CloudWatch an expression has no period", () => {
    for (const [logicalId, { Metrics = [] }] of ALARMS) {
      const metrics = Object(Metrics) as { Id: string; Expression?: string; MetricStat?: object }[];
      for (const { Expression = "" } of metrics) {
        for (const [, id] of Expression.matchAll(/PERIOD\((\w+)\)/g)) {
          expect(metrics.find(({ Id }) => Id === id)?.MetricStat, logicalId).toBeDefined();
        }
      }
    }
  });

  it("are on the dashboard", () => {
    const [[, dashboard] = []] = ofType("AWS::CloudWatch::Dashboard");
    const body = JSON.stringify(dashboard);
    for (const [logicalId] of ALARMS) expect(body).toContain(`\${${logicalId}.Arn}`);
  });

  it("roll a canary back when the new version fails repeatedly, not at a single error", () => {
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
  it("is valid JSON after substitution, and shows only metrics that are recorded and documented", () => {
    const [[, dashboard] = []] = ofType("AWS::CloudWatch::Dashboard");
    const [text] = Object(dashboard?.DashboardBody)["Fn::Sub"];
    const { widgets } = JSON.parse(String(text).replace(/\$\{[\w.:]+\}/g, "1"));
    expect(widgets.length).toBeGreaterThan(5);
    const recorded =
      file("lib/metrics/batch-measurements.ts") + file("lib/metrics/request-measurements.ts");
    const [docstring, reference] = [
      file("middleware/record-metrics.ts") + file("lib/metrics/request-measurements.ts"),
      file("docs/reference/metrics.md"),
    ];
    const shown = [...String(text).matchAll(/"RequestPoller", "(\w+)"/g)].map(([, name]) => name);
    for (const name of shown) {
      const documented = name?.replace(/^Http\dxx$/, "Http2xx");
      for (const text of [recorded, docstring, reference]) expect(text).toContain(documented);
    }
  });

  it("states the cost of monitoring, as README and the reference do", () => {
    const [[, dashboard] = []] = ofType("AWS::CloudWatch::Dashboard");
    const [text] = Object(dashboard?.DashboardBody)["Fn::Sub"];
    const shown = [...String(text).matchAll(/"RequestPoller", "(\w+)"/g)].map(([, name]) => name);
    // Two are not shown: Http3xx, and Completed, which counts copies that the fence dropped.
    const metrics = new Set(shown).size + 2;
    const watched = ALARMS.flatMap(([, { Metrics = [{ MetricStat: {} }] }]) => Metrics);
    const alarmMetrics = watched.filter((metric) => "MetricStat" in Object(metric)).length;
    // CloudWatch prices in us-east-1, dollars per month: a custom metric, a metric in an alarm, a dashboard.
    const dollars = metrics * 0.3 + alarmMetrics * 0.1 + 3;
    const [, title] = /"title": "(What does it cost\?.*?)"/.exec(String(text)) ?? [];
    expect(title).toContain(`$${Math.round(dollars)} a month`);
    expect(file("README.md").replaceAll("\n", " ")).toContain(
      `Metrics, alarms and dashboard cost about $${Math.round(dollars)} per month`,
    );
    expect(file("docs/reference/metrics.md").replaceAll("\n", " ")).toContain(
      `about $${Math.round(dollars)} per month by list price, however few the polls: ${metrics} metrics at $0.30, ` +
        `${alarmMetrics} metrics in alarms at $0.10, a dashboard at $3`,
    );
  });
});

describe("the queues", () => {
  it("and the table are kept with their data if OnDelete is Retain", () => {
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

  it("refuse calls without TLS", () => {
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
