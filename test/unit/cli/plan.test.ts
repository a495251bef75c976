import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { demandOf, type PlannedLoad } from "../../../infra/cli/plan/demand.ts";
import { limitsOf } from "../../../infra/cli/plan/limits.ts";
import { reportPlan } from "../../../infra/cli/plan/report.ts";
import { settingsFor } from "../../../infra/cli/plan/settings.ts";
import { checkParameters } from "../../../infra/local/template/check-parameters.ts";

const TEMPLATE = readFileSync(new URL("../../../infra/template.yaml", import.meta.url), "utf8");
const DEFAULTS = checkParameters(TEMPLATE, {});
const DEFAULT_CONCURRENCY = Number(DEFAULTS.get("MaximumConcurrency"));

/** With a whole CPU and round numbers, so that each figure can be recomputed by hand. */
const LOAD: PlannedLoad = {
  polls: 300_000,
  everySeconds: 30,
  latencySeconds: 0.2,
  requestsPerPoll: 20,
  messageBytes: 1000,
  memoryMegabytes: 1769,
  batchSize: 100,
  fence: "false",
  history: "claims",
};

describe("the demand of a load", () => {
  it.each([
    // 300,000 / 30. A batch: 0.2 s + 100 x 1 ms of CPU + 10 ms for SQS. 100 batches per second x 0.31 s. 10,000 x 1.31 s.
    [{}, { requestsPerSecond: 10_000, batchSize: 100, invocationSeconds: 0.31 }],
    [{}, { invocationsAtOnce: 31, messagesInFlight: 13_100, writesPerSecond: 0 }],
    // 21 writes per 20 requests: 1.05 x 0.5 ms of CPU each, 5 ms for the table's call.
    [{ fence: "true" }, { writesPerSecond: 10_500, invocationSeconds: 0.3675 }],
    // 3 writes per 2 requests.
    [{ fence: "true", requestsPerPoll: 2 }, { writesPerSecond: 15_000 }],
    // Checkpoints: claims at 0, 1 and 10, and the decision. 4 / 20 x 10,000.
    [{ fence: "checkpoints" }, { writesPerSecond: 2000, invocationSeconds: 0.325 }],
    // 0, 1, and nine multiples of 10 below 100, and the decision: 12 / 100.
    [{ fence: "checkpoints", requestsPerPoll: 100 }, { writesPerSecond: 1200 }],
    [{ fence: "checkpoints", requestsPerPoll: 1 }, { writesPerSecond: 20_000 }],
    // One more write for each of the 19 answers after which a poll goes on: 21 + 19, and 4 + 19.
    [{ fence: "true", history: "answers" }, { writesPerSecond: 20_000 }],
    [{ fence: "checkpoints", history: "answers" }, { writesPerSecond: 11_500 }],
    [{ fence: "true", history: "false" }, { writesPerSecond: 10_500 }],
    [{ history: "answers" }, { writesPerSecond: 0 }],
    // A quarter of a CPU: the 100 ms take 400.
    [{ memoryMegabytes: 442.25 }, { invocationSeconds: 0.61 }],
    // More memory gives one thread no second CPU.
    [{ memoryMegabytes: 3008 }, { invocationSeconds: 0.31 }],
    // 6 MB hold 20 messages of 313,572.8 bytes: 312,572 and an envelope of 1,000.
    [{ messageBytes: 312_572 }, { batchSize: 20 }],
    [{ messageBytes: 312_573 }, { batchSize: 20 }],
    [{ messageBytes: 320_000 }, { batchSize: 19 }],
    // 40 requests per second fill no batch of 100 within its window.
    [{ polls: 1200 }, { requestsPerSecond: 40, batchSize: 40, invocationSeconds: 0.25 }],
    [{ polls: 3 }, { batchSize: 1, invocationSeconds: 0.211 }],
    // Each tenth request looks its name up, in two packets.
    [{}, { dnsPacketsPerSecond: 2000 }],
  ] as [Partial<PlannedLoad>, Record<string, number>][])("of %j has %j", (of, expected) => {
    const demand = demandOf({ ...LOAD, ...of });
    for (const [name, value] of Object.entries(expected)) {
      expect(demand).toHaveProperty(name, expect.closeTo(value, 6));
    }
  });
});

describe("the limits of a load", () => {
  it.each([
    // 10 invocations of 0.31 s make 3,225.8 requests per second, each 30 s one per poll.
    [{}, "invocations, by default", 96_774],
    [{}, "invocations, account", 9_677_419],
    // 120,000 / 1.31 s x 30 s.
    [{}, "in flight, one queue", 2_748_092],
    [{}, "requests/s, 2,000 pollers", 6_000_000],
    // 4,000 / 1.05 x 30.
    [{ fence: "true" }, "writes/s, new table", 114_286],
    [{ fence: "true" }, "writes/s, one table", 1_142_857],
    // A small load has small batches; at its limit, a deployment has full ones.
    [{ polls: 3 }, "invocations, by default", 96_774],
  ] as [Partial<PlannedLoad>, string, number][])("%j: %s bears %i polls", (of, name, polls) => {
    const limits = limitsOf({ ...LOAD, ...of }, false, DEFAULT_CONCURRENCY);
    expect(limits.find((limit) => limit.name === name)?.bearsPolls).toBe(polls);
  });

  it("begin with the one that is met first, and leave out what is not used", () => {
    const names = (of: Partial<PlannedLoad>, isInVpc = false) =>
      limitsOf({ ...LOAD, ...of }, isInVpc, DEFAULT_CONCURRENCY).map(({ name }) => name);
    expect(names({})[0]).toBe("invocations, by default");
    expect(names({}).filter((name) => name.startsWith("writes"))).toEqual([]);
    expect(names({ fence: "true" })[1]).toBe("writes/s, new table");
    // 1,024 packets / (2 x 0.1) = 5,120 requests per second.
    expect(names({}, true)[1]).toBe("DNS packets/s, interface");
  });
});

describe("the settings for a load", () => {
  it.each([
    // 31 invocations and half as much again.
    [{}, 1, { Fence: "false", MaximumConcurrency: "47" }, []],
    [{ polls: 30_000 }, 1, { Fence: "false" }, []],
    [{ polls: 30_000, fence: "true" }, 1, {}, []],
    [{ polls: 30_000, fence: "checkpoints" }, 1, { Fence: "checkpoints" }, []],
    [{ polls: 3000, fence: "true", history: "answers" }, 1, { History: "answers" }, []],
    [{ polls: 3000, history: "answers" }, 1, { Fence: "false" }, []],
    // 10,500 writes and half as much again, rounded up.
    [{ fence: "true" }, 1, { MaximumConcurrency: "56", WarmWritesPerSecond: "16000" }, []],
    [
      { fence: "true", polls: 900_000 },
      1,
      expect.anything(),
      ["DynamoDB, write throughput of a table"],
    ],
    // 166,667 requests per second x 1.31 s x 1.5 / 120,000 = 2.7 queues; each has 55,556 requests per second.
    [{ polls: 5_000_000 }, 3, { Fence: "false", MaximumConcurrency: "259" }, []],
    // 3,330 batches per second x 0.22 s = 733 at once, 1,099 with headroom: provisioned mode, 33,300 / 100 x 1.5.
    [
      { polls: 999_000, batchSize: 10 },
      1,
      { Fence: "false", BatchSize: "10", MaximumPollers: "500", MinimumPollers: "200" },
      ["Lambda, concurrent executions"],
    ],
  ] as [Partial<PlannedLoad>, number, Record<string, string>, string[]][])(
    "%j: %i stacks with %j",
    (of, stacks, parameters, quotas) => {
      const settings = settingsFor({ ...LOAD, ...of }, DEFAULTS);
      expect(settings.stacks).toBe(stacks);
      const { MemorySize, ...others } = settings.parameters;
      expect(MemorySize).toBe("1769");
      expect(others).toEqual(parameters);
      expect(settings.quotas.map(({ name }) => name)).toEqual(quotas);
    },
  );

  it.each([
    [512, 100, {}],
    [256, 20, { MemorySize: "256", BatchSize: "20" }],
    [1024, 200, { MemorySize: "1024", BatchSize: "200", PollConcurrency: "200" }],
    [3008, 500, { MemorySize: "3008", BatchSize: "500", PollConcurrency: "500" }],
  ])("deploy the function that was computed: %i MB, batches of %i", (memory, batch, expected) => {
    for (const polls of [10, 300_000, 50_000_000]) {
      const load = { ...LOAD, polls, memoryMegabytes: memory, batchSize: batch };
      const { parameters } = settingsFor({ ...load, fence: "true" }, DEFAULTS);
      expect(parameters).toMatchObject(expected);
      const settled = checkParameters(TEMPLATE, parameters);
      expect(settled.get("MemorySize")).toBe(String(memory));
      expect(settled.get("BatchSize")).toBe(String(batch));
      expect(Number(settled.get("PollConcurrency"))).toBeGreaterThanOrEqual(batch);
    }
  });
});

describe("the report of a plan", () => {
  const report = (of: Partial<PlannedLoad>) => {
    const load = { ...LOAD, ...of };
    const limits = limitsOf(load, true, DEFAULT_CONCURRENCY);
    return reportPlan(load, demandOf(load), limits, settingsFor(load, DEFAULTS));
  };

  it("says what is met first, and how to deploy", () => {
    const text = report({ polls: 5_000_000, fence: "true" });
    for (const part of [
      "166,667",
      "First met: invocations, by default, raised by MaximumConcurrency.",
      "Deploy 3 stacks, each with a part of the polls:",
      "--parameter MaximumConcurrency=",
      "Have AWS raise a quota: DynamoDB, write throughput of a table, to ",
    ]) {
      expect(text).toContain(part);
    }
    expect(report({ polls: 10 })).toContain("The default deployment bears this load.");
    expect(report({ messageBytes: 320_000 })).toContain("An invocation takes 6 MB: 19 messages");
  });

  it("fits 80 columns", () => {
    for (const polls of [1, 300_000, 1_000_000_000]) {
      const lines = report({ polls, fence: "true", messageBytes: 320_000 }).split("\n");
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    }
  });
});
