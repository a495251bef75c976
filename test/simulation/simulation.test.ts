import { describe, expect, it } from "vitest";
import { CHECKPOINT_EVERY } from "../../lib/fence/checkpoint.ts";
import { checkScenarios } from "./check-scenarios.ts";
import { measureDuplicates } from "./duplicates.ts";
import { FENCES } from "./fences.ts";
import { OUTAGES } from "./outages.ts";
import { REMOVED_DELIVERY_SAFEGUARDS } from "./removed-delivery-safeguards.ts";
import { REMOVED_GROUP_SAFEGUARDS } from "./removed-group-safeguards.ts";
import { REMOVED_NUDGE_SAFEGUARDS } from "./removed-nudge-safeguards.ts";
import { REMOVED_SAFEGUARDS, WITHOUT_BACKOFF } from "./removed-safeguards.ts";
import { runScenario } from "./run-scenario.ts";
import type { PollPlan } from "./scenario.ts";

const SEED = 2026;

/** Scenarios of 25 polls: 4 would show most of the safeguards below if they were missing. More: "npm run simulate". */
const RUNS = 4;

const PLAN: PollPlan = {
  submitAfterSeconds: 0,
  againAfterSeconds: [],
  maxRetries: 0,
  maxErrors: 0,
  delaySeconds: 0,
  rate: 1,
  expiresAfterSeconds: undefined,
  answers: [],
  finally: "done",
  latencyMs: 50,
  isPoison: false,
  deliver: [],
};

const SCENARIO = {
  seed: 0,
  isFenced: true,
  checkpointEvery: 1,
  batchSize: 100,
  maximumConcurrency: 2,
  redrives: [],
};

describe("the simulation", () => {
  it.each([
    ["with the fence", "fence"],
    ["with checkpoints", "checkpoints"],
    ["without a table", "none"],
  ] as const)("finds no violation %s", async (_name, kind) => {
    const { failure, figures } = await checkScenarios({ ...FENCES[kind], seed: SEED, runs: RUNS });
    expect(failure).toBeUndefined();
    expect(figures.polls).toBeGreaterThan(50);
    expect(figures.cutWaits > 0).toBe(kind !== "none");
  });

  it.each(OUTAGES)("finds no dead letter for an outage of an hour: %s", async (outage) => {
    const { failure, figures } = await checkScenarios({
      isFenced: true,
      seed: SEED,
      runs: 2,
      outage,
    });
    expect(failure).toBeUndefined();
    expect(figures.polls).toBeGreaterThan(10);
  });

  it("detects that failures have no backoff beyond seconds", async () => {
    const { failure } = await checkScenarios({
      isFenced: true,
      seed: SEED,
      runs: 5,
      outage: "SQS refuses sends",
      endOnFailure: true,
      removed: WITHOUT_BACKOFF,
    });
    expect(failure?.error).toMatch(/is a dead letter for an outage of an hour/);
  });

  it.each(
    Object.entries({
      ...REMOVED_SAFEGUARDS,
      ...REMOVED_DELIVERY_SAFEGUARDS,
      ...REMOVED_GROUP_SAFEGUARDS,
      ...REMOVED_NUDGE_SAFEGUARDS,
    }),
  )("detects a missing safeguard: %s", async (_name, removed) => {
    const { isFenced = true, favours = {} } = removed;
    const options = { isFenced, seed: SEED, runs: 1000, pollsPerRun: 8, favours };
    const { failure } = await checkScenarios({ ...options, endOnFailure: true, removed });
    expect(failure?.error).toMatch(removed.violation);
  });

  it("shrinks a failure to a few polls and faults, and replays it from its printed path", async () => {
    const { favours = {}, ...removed } = REMOVED_SAFEGUARDS["the lease ignored"] ?? {};
    const few = { ...favours, poll: { ...favours.poll, maxRetries: 3 } };
    const options = { isFenced: true, seed: SEED, pollsPerRun: 3, favours: few, removed };
    const { failure } = await checkScenarios({ ...options, runs: 1000 });
    const { path = "", scenario } = failure ?? {};
    expect(scenario?.polls.length).toBeLessThanOrEqual(2);
    expect(scenario?.faults.length).toBeLessThanOrEqual(5);
    const replayed = await checkScenarios({ ...options, runs: 1, path });
    expect(replayed.failure).toEqual(failure);
    expect(replayed.figures.polls, "polls that ran to their end").toBe(0);
  });

  it("ends a webhook that is never accepted after three days, beside four kinds of destinations", async () => {
    const accepts = { refusals: 1, end: "accepts" } as const;
    const deliver = (["queueUrl", "eventBus", "topicArn"] as const).map((kind) => ({
      ...accepts,
      kind,
    }));
    const broken = { kind: "webhook", refusals: 0, end: "broken" } as const;
    const gone = { kind: "taskToken", refusals: 0, end: "gone" } as const;
    const polls = [
      { ...PLAN, deliver: [...deliver, broken] },
      { ...PLAN, deliver: [...deliver, gone] },
    ];
    const { deliveries } = await runScenario({ ...SCENARIO, polls, faults: [] }, new Map());
    expect(deliveries).toBe(6);
  });

  it("does not count poison as lost when crashes dead-lettered it before it got its reason", async () => {
    const poison = { ...PLAN, submitAfterSeconds: 2, isPoison: true };
    const fault = { after: 0, kind: 0, amount: 0 };
    const { polls } = await runScenario(
      {
        ...SCENARIO,
        polls: [PLAN, poison, { ...PLAN, submitAfterSeconds: 1 }],
        faults: [{ ...fault, after: 3 }, fault, { ...fault, amount: 47 }, fault],
      },
      new Map(),
    );
    expect(polls).toBe(3);
  });

  it("makes at most 5% more requests when 2% of all messages are delivered twice", async () => {
    const { requests } = await measureDuplicates({ isFenced: true, polls: 10, share: 0.02 });
    expect(requests).toBeGreaterThanOrEqual(1);
    expect(requests).toBeLessThanOrEqual(1.05);
  });

  it("makes about a tenth of the writes with checkpoints, and few more requests", async () => {
    const fence = { isFenced: true, checkpointEvery: CHECKPOINT_EVERY };
    const options = { ...fence, polls: 10, share: 0.02 };
    const { requests, writes, deliveries } = await measureDuplicates(options);
    expect(writes).toBeLessThan(0.16);
    expect(requests).toBeLessThanOrEqual(1.08);
    expect(deliveries).toBeLessThan(1.1);
  });
});
