import * as fc from "fast-check";
import type { FaultCounts } from "./faults.ts";
import type { OutagePlan } from "./outages.ts";
import { type Figures, noFigures, runScenario } from "./run-scenario.ts";
import { type Favours, favouring, outageScenarios, type Scenario, scenarios } from "./scenario.ts";
import type { RemovedSafeguard } from "./world.ts";

export interface CheckOptions {
  readonly isFenced: boolean;
  /** With the fence: only each so-many-th message of a poll claims it. `@default` 1 */
  readonly checkpointEvery?: number;
  readonly seed: number;
  /** The number of scenarios. */
  readonly runs: number;
  /** The average number of polls per scenario. `@default` 25 */
  readonly pollsPerRun?: number;
  /** Where to begin in the seed's tree of runs: replays one failure in its shrunk form. */
  readonly path?: string;
  /** Stops at the first failure, without shrinking it. `@default` true when `path` is given */
  readonly endOnFailure?: boolean;
  readonly removed?: RemovedSafeguard;
  /** What the scenarios have in common. `@default` nothing: all of each is drawn */
  readonly favours?: Favours;
  /** Injects only this outage, for an hour. `@default` faults of all kinds */
  readonly outage?: OutagePlan["what"];
  /** Called after each scenario without a violation. */
  readonly onScenario?: (figures: Figures) => void;
}

export interface CheckResult {
  readonly figures: Figures;
  readonly counts: FaultCounts;
  readonly failure?: {
    readonly error: string;
    readonly seed: number;
    readonly path: string;
    readonly scenario: Scenario | undefined;
  };
}

/** The most scenarios in the search for a smaller failure. */
const MOST_SHRINK_RUNS = 1000;

/** Runs scenarios until one violates an invariant, and searches for the smallest one that does. */
export async function checkScenarios(options: CheckOptions): Promise<CheckResult> {
  const { isFenced, seed, runs, pollsPerRun = 25, path, removed, outage, onScenario } = options;
  const { endOnFailure = path !== undefined, checkpointEvery = 1, favours = {} } = options;
  const figures = noFigures();
  const counts: FaultCounts = new Map();
  const drawn =
    outage === undefined
      ? scenarios(pollsPerRun, isFenced, checkpointEvery)
      : outageScenarios(pollsPerRun, isFenced, outage);
  let runsSinceFailure: number | undefined;
  const run = await fc.check(
    fc.asyncProperty(
      drawn.map((scenario) => favouring(scenario, favours)),
      async (scenario) => {
        if (runsSinceFailure !== undefined && ++runsSinceFailure > MOST_SHRINK_RUNS) return;
        try {
          const more = await runScenario(scenario, counts, removed);
          add(figures, more);
          onScenario?.(more);
        } catch (error) {
          runsSinceFailure ??= 0;
          throw error;
        }
      },
    ),
    { seed, numRuns: runs, endOnFailure, ...(path !== undefined && { path }) },
  );
  if (!run.failed) return { figures, counts };
  const failure = {
    error: String(run.errorInstance),
    seed: run.seed,
    path: run.counterexamplePath ?? "",
    scenario: run.counterexample?.[0],
  };
  return { figures, counts, failure };
}

/** Adds `more` to `to`. */
export function add(to: Figures, more: Figures): void {
  to.polls += more.polls;
  to.requests += more.requests;
  to.invocations += more.invocations;
  to.deliveries += more.deliveries;
  to.forked += more.forked;
  to.cutWaits += more.cutWaits;
}
