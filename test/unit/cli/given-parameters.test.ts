import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  readGivenParameters,
  settleGivenParameters,
} from "../../../infra/cli/deploy/given-parameters.ts";
import { checkStackName } from "../../../infra/cli/deploy/stack-name.ts";
import { UsageError } from "../../../infra/cli/usage-error.ts";

const TYPES = new Map([
  ["Timeout", "Number"],
  ["AllowHosts", "String"],
  ["MaximumConcurrency", "Number"],
]);
const TEMPLATE = readFileSync(new URL("../../../infra/template.yaml", import.meta.url), "utf8");
const QUEUE = "arn:aws:sqs:us-east-1:123456789012:theirs";

describe("readGivenParameters", () => {
  it("takes all text after the first equals sign as the value", () => {
    expect(
      readGivenParameters(["Timeout=60", "AllowHosts=a=b", "MaximumConcurrency=7"], TYPES),
    ).toEqual({ Timeout: "60", AllowHosts: "a=b", MaximumConcurrency: "7" });
  });

  it.each([
    [["Timout=60"], '"Timout": there is no such parameter; did you mean Timeout?'],
    [["allowhosts=a"], "did you mean AllowHosts?"],
    [["Colour=blue"], "there are Timeout, AllowHosts, MaximumConcurrency"],
    [["Timeout"], "--parameter Timeout: must be Timeout=value"],
    [["Timeout 60"], "there is no such parameter"],
    ...["ten", "", "1e3", "7.5", "-1", " 7"].map(
      (value) =>
        [[`Timeout=${value}`], `Timeout: must be a whole number, got "${value}"`] as [
          string[],
          string,
        ],
    ),
    [["=60"], '"": there is no such parameter'],
    [["Timeout=60", "Timeout=30"], "--parameter Timeout: is given twice"],
  ])("refuses %j", (given, problem) => {
    expect(() => readGivenParameters(given, TYPES)).toThrow(UsageError);
    expect(() => readGivenParameters(given, TYPES)).toThrow(problem);
  });
});

describe("settleGivenParameters", () => {
  const settle = (given: Record<string, string>, before: Record<string, string> = {}) =>
    settleGivenParameters(TEMPLATE, given, async () => before);
  const never = async () => {
    throw new Error("AWS was asked");
  };

  it.each([
    [{ Timeout: "45" }, '--parameter Timeout: "45" is none of 30, 60'],
    [{ MaximumConcurrency: "1001" }, '--parameter MaximumConcurrency: "1001" is above 1000'],
    [{ Environment: "über" }, "1 to 32 of A-Z a-z 0-9 _ -"],
    [{ BatchWindow: "400" }, '--parameter BatchWindow: "400" is none of'],
    [{ AllowHosts: "x".repeat(4097) }, "is longer than 4096 characters"],
  ] as Array<[Record<string, string>, string]>)(
    "refuses %j without asking AWS",
    async (given, problem) => {
      const settled = settleGivenParameters(TEMPLATE, given, never);
      await expect(settled).rejects.toThrow(UsageError);
      await expect(settled).rejects.toThrow(problem);
    },
  );

  it("does not ask AWS when no parameter is given", async () => {
    const settled = await settleGivenParameters(TEMPLATE, {}, never);
    expect(settled.get("BatchSize")).toBe("100");
  });

  it("refuses parameters that break a rule", async () => {
    await expect(settle({ BatchSize: "200" })).rejects.toThrow("BatchSize is 100 at most");
    await expect(
      settle({ BatchSize: "200", MemorySize: "512" }, { MemorySize: "1024" }),
    ).rejects.toThrow(UsageError);
  });

  it("reads the deployed stack's parameters when a rule depends on them", async () => {
    const before = { MemorySize: "1024", Gone: "x" };
    const settled = await settle({ BatchSize: "200" }, before);
    expect(settled.get("MemorySize")).toBe("1024");
  });

  it("refuses parameters that break a rule with one that the deployed stack keeps", async () => {
    const before = { MemorySize: "1769", BatchSize: "300" };
    await expect(settle({ MemorySize: "512" }, before)).rejects.toThrow("BatchSize is 100 at most");
  });

  it.each([
    [{ ExistingPollQueueArn: QUEUE }, { Timeout: "300" }],
    [{ Timeout: "300" }, { ExistingPollQueueArn: QUEUE }],
  ] as Array<[Record<string, string>, Record<string, string>]>)(
    "knows of %j, with %j kept, what the visibility timeout of an existing queue must be",
    async (given, before) => {
      const settled = await settle(given, before);
      expect(settled.get("Timeout")).toBe("300");
      expect(settled.get("ExistingPollQueueArn")).toBe(QUEUE);
    },
  );
});

describe("checkStackName", () => {
  it("accepts the names that CloudFormation accepts", () => {
    expect(checkStackName("request-poller-2")).toBe("request-poller-2");
    expect(checkStackName("s".repeat(67))).toHaveLength(67);
  });

  it.each([["my_stack"], ["2polls"], [""], ["s".repeat(68)]])("refuses %j", (name) => {
    expect(() => checkStackName(name)).toThrow(UsageError);
  });
});
