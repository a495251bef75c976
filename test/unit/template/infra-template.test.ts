import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readTemplate } from "../../../infra/local/template/read-template.ts";
import { PLACE } from "./place.ts";

const TEXT = readFileSync(new URL("../../../infra/template.yaml", import.meta.url), "utf8");
const TIMEOUTS = ["30", "60", "120", "300", "600", "900"];
const WINDOWS = ["1", "5", "10", "30", "60", "120", "300"];

describe("infra/template.yaml", () => {
  it.each(["1", "4", "7", "14"])(
    "keeps polls for %s days, and dead letters at least as long",
    (days) => {
      const { queues } = readTemplate(TEXT, PLACE, { RetentionDays: days });
      const seconds = (id: string) =>
        Number(queues.find(({ logicalId }) => logicalId === id)?.attributes.MessageRetentionPeriod);
      expect(seconds("PollQueue")).toBe(Number(days) * 86_400);
      expect(seconds("DeadLetterQueue")).toBeGreaterThanOrEqual(seconds("PollQueue"));
    },
  );

  it.each(TIMEOUTS.flatMap((timeout) => WINDOWS.map((window) => [timeout, window] as const)))(
    "has a visibility timeout of six times the timeout of %s s plus the window of %s s",
    (timeout, window) => {
      const { functions, queues } = readTemplate(TEXT, PLACE, {
        Timeout: timeout,
        BatchWindow: window,
      });
      expect(functions).toMatchObject([{ timeoutSeconds: Number(timeout) }]);
      const poll = queues.find(({ logicalId }) => logicalId === "PollQueue");
      expect(poll?.attributes.VisibilityTimeout).toBe(String(6 * Number(timeout) + Number(window)));
    },
  );

  it("allows no other window, because the template has no visibility timeout for it", () => {
    expect(() => readTemplate(TEXT, PLACE, { BatchWindow: "0" })).toThrow("is none of 1, 5, 10");
    expect(() => readTemplate(TEXT, PLACE, { BatchWindow: "301" })).toThrow("is none of 1, 5, 10");
  });

  it("allows no other timeout, because the template has no visibility timeout for it", () => {
    expect(() => readTemplate(TEXT, PLACE, { Timeout: "45" })).toThrow(
      `none of ${TIMEOUTS.join(", ")}`,
    );
  });

  it("lets nobody lose a dead letter or an outcome by looking at it often", () => {
    const { queues } = readTemplate(TEXT, PLACE);
    for (const id of ["DeadLetterQueue", "OutcomeQueue"]) {
      const queue = queues.find(({ logicalId }) => logicalId === id);
      expect(queue?.attributes).not.toHaveProperty("RedrivePolicy");
    }
  });

  it("keeps messages for 14 days and dead-letters a poll after five receives", () => {
    const { queues } = readTemplate(TEXT, PLACE);
    expect(queues.map(({ attributes }) => attributes.MessageRetentionPeriod)).toEqual(
      queues.map(() => String(14 * 24 * 3600)),
    );
    const [poll, dead] = ["PollQueue", "DeadLetterQueue"].map((id) =>
      queues.find(({ logicalId }) => logicalId === id),
    );
    expect(JSON.parse(poll?.attributes.RedrivePolicy ?? "")).toEqual({
      deadLetterTargetArn: dead?.arn,
      maxReceiveCount: 5,
    });
    expect(JSON.parse(dead?.attributes.RedriveAllowPolicy ?? "")).toEqual({
      redrivePermission: "byQueue",
      sourceQueueArns: [poll?.arn],
    });
  });

  it("invokes the poller with batches of 100 and lets it report single records", () => {
    expect(readTemplate(TEXT, PLACE).eventSourceMappings).toMatchObject([
      {
        functionId: "PollerFunction",
        batchSize: 100,
        windowSeconds: 1,
        reportsBatchItemFailures: true,
      },
    ]);
  });

  it("limits the invocations by MaximumConcurrency, or by the event pollers of provisioned mode", () => {
    const limit = (parameters: Record<string, string>) =>
      readTemplate(TEXT, PLACE, parameters).eventSourceMappings[0]?.maximumConcurrency;
    expect(limit({})).toBe(10);
    expect(limit({ MaximumConcurrency: "50" })).toBe(50);
    expect(limit({ MaximumPollers: "334" })).toBe(3340);
  });

  it("passes the queues and the parameters to the function", () => {
    const { functions, outputs } = readTemplate(TEXT, PLACE, {
      AllowHosts: "a.example",
      AllowDeliveries: "eventBus:orders,webhook",
      LogLevel: "WARN",
    });
    expect(functions[0]?.environment).toMatchObject({
      QUEUE_URL: outputs.QueueUrl,
      DEAD_LETTER_QUEUE_URL: outputs.DeadLetterQueueUrl,
      OUTCOME_QUEUE_URL: outputs.OutcomeQueueUrl,
      POLL_ALLOW_PRIVATE: "false",
      // The list itself, because Systems Manager does not run locally.
      POLL_ALLOW_HOSTS: "a.example",
      POLL_ALLOW_DELIVERIES: "eventBus:orders,webhook",
      OUTCOME_BUCKET: "",
      LOG_LEVEL: "WARN",
    });
  });

  it("has the fence's table, and passes its name to the function", () => {
    const { functions, tables, outputs } = readTemplate(TEXT, PLACE);
    expect(tables).toEqual([
      {
        logicalId: "PollTable",
        name: "stack-PollTable",
        attributes: [{ name: "pollId", type: "S" }],
        keys: [{ name: "pollId", type: "HASH" }],
      },
    ]);
    expect(functions[0]?.environment.TABLE_NAME).toBe("stack-PollTable");
    expect(outputs.TableName).toBe("stack-PollTable");
  });

  it("tells the function whether the fence has checkpoints", () => {
    const kind = (Fence: string) =>
      readTemplate(TEXT, PLACE, { Fence }).functions[0]?.environment.POLL_FENCE;
    expect(["true", "checkpoints", "false"].map(kind)).toEqual(["true", "checkpoints", undefined]);
    expect(readTemplate(TEXT, PLACE, { Fence: "checkpoints" }).tables).toHaveLength(1);
  });

  it("without a fence, leaves out the table and its name", () => {
    const { functions, tables, outputs } = readTemplate(TEXT, PLACE, { Fence: "false" });
    expect(tables).toEqual([]);
    expect(functions[0]?.environment).not.toHaveProperty("TABLE_NAME");
    expect(outputs).not.toHaveProperty("TableName");
  });

  it("keeps all permissions in the role, so that they exist before the function", () => {
    expect(TEXT).not.toContain("AWS::IAM::Policy");
  });
});
