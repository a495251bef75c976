import fc from "fast-check";
import { expect, it } from "vitest";
import { reportPlan } from "./report.ts";

interface PrintedCost {
  readonly name: string;
  readonly dollars: string;
  readonly formula: string;
}

/** Parses the report as a person reads it: a price and a name, and below it the formula, one term per line. */
function costsIn(report: string): PrintedCost[] {
  const costs: PrintedCost[] = [];
  for (const line of report.split("\n")) {
    const [, dollars, name] = /^\$ *(\d+\.\d\d) {2}(.+)$/.exec(line) ?? [];
    const [, term] = /^ {12}((?:\+ )?[\d(].*)$/.exec(line) ?? [];
    const last = costs.at(-1);
    if (dollars !== undefined && name !== undefined) costs.push({ name, dollars, formula: "" });
    else if (term !== undefined && last !== undefined && !/^\([a-z]/.test(term)) {
      costs.splice(-1, 1, { ...last, formula: `${last.formula} ${term}` });
    }
  }
  return costs;
}

/** Computes a printed formula: `2 polls x (0.2 s latency + 0.0035 s CPU) x $0.2/M`. */
function computed(formula: string): number {
  const withSums = formula.replaceAll(/\(([^)]*)\)/g, (_, sum: string) =>
    String(sum.split(" + ").reduce((total, part) => total + Number.parseFloat(part), 0)),
  );
  return withSums
    .split(" + ")
    .map((term) =>
      term
        .split(" x ")
        .map((text) => {
          const value = Number.parseFloat(text.trim().replace("$", ""));
          return text.trim().endsWith("/M") ? value / 1_000_000 : value;
        })
        .reduce((product, factor) => product * factor),
    )
    .reduce((sum, term) => sum + term, 0);
}

const load = fc.record({
  polls: fc.integer({ min: 1, max: 1_000_000_000 }),
  jobs: fc.integer({ min: 1, max: 1000 }),
  intervalSeconds: fc.integer({ min: 1, max: 43_200 }),
  latencyMs: fc.integer({ min: 0, max: 10_000 }),
  isFenced: fc.boolean(),
});

const figures = fc.record({
  requests: fc.integer({ min: 1, max: 1_000_000_000 }),
  days: fc.double({ min: 0.1, max: 1000, noNaN: true }),
  invocations: fc.integer({ min: 1, max: 100_000_000 }),
  mostAtOnce: fc.integer({ min: 1, max: 100 }),
  mostInFlight: fc.integer({ min: 1, max: 10_000 }),
  sqsRequests: fc.integer({ min: 1, max: 1_000_000_000 }),
  tableWrites: fc.integer({ min: 0, max: 1_000_000_000 }),
  logBytes: fc.integer({ min: 0, max: 1_000_000_000_000 }),
  gbSeconds: fc.double({ min: 0, max: 100_000_000, noNaN: true }),
});

it("prints formulas whose results are the prices beside them", () => {
  fc.assert(
    fc.property(load, figures, (of, what) => {
      const costs = costsIn(reportPlan(of, what));
      expect(costs).toHaveLength(5);
      for (const { name, dollars, formula } of costs) {
        expect(`${name} ${Math.abs(computed(formula) - Number(dollars)) <= 0.00501}`).toBe(
          `${name} true`,
        );
      }
    }),
  );
});

it("shows the figures of the load in the formulas", () => {
  const report = reportPlan(
    { polls: 1000, jobs: 10, intervalSeconds: 60, latencyMs: 200, isFenced: true },
    {
      requests: 1000,
      days: 1,
      invocations: 123,
      mostAtOnce: 1,
      mostInFlight: 10,
      sqsRequests: 456,
      tableWrites: 789,
      logBytes: 2e9,
      gbSeconds: 12.5,
    },
  );
  for (const part of [
    "123 invocations x $0.2/M",
    "12.5 GB-s x $0.0000133334/GB-s",
    "456 SQS requests x $0.4/M",
    "789 writes x $0.625/M",
    "2 GB of log x $0.5/GB",
    "1000 polls x (0.2 s latency + 0.0035 s CPU) x 0.5 GB x ",
    "1000 polls x (60 s interval + 0.2 s latency) x 0.125 GB x ",
  ]) {
    expect(report).toContain(part);
  }
});
