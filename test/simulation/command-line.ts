import { parseArgs } from "node:util";
import { parseDurationSeconds } from "../../infra/cli/duration.ts";
import { UsageError } from "../../infra/cli/usage-error.ts";
import { type FenceKind, fenceKind } from "./fences.ts";
import type { Load } from "./planning/load.ts";
import type { SharedLoad } from "./planning/shared-load.ts";

/** What the command line requests. */
export type Order =
  | { readonly kind: "help" }
  /** Runs scenarios with faults for this many polls. @param seed `undefined`: any */
  | { readonly kind: "check"; readonly polls: number; readonly seed: number | undefined }
  /** Replays one printed failure. */
  | {
      readonly kind: "replay";
      readonly fence: FenceKind;
      readonly seed: number;
      readonly path: string;
    }
  | { readonly kind: "plan"; readonly load: Load }
  | { readonly kind: "share"; readonly load: SharedLoad };

/** The longest `delaySeconds` of a poll message. */
const MAX_INTERVAL_SECONDS = 43_200;

/** The default `timeoutMs` of a poll message: a slower request would time out. */
const MAX_LATENCY_MS = 10_000;

/** Seeds have 32 bits; each further core uses the next seed. */
const MAX_SEED = 2 ** 31 - 100;

const MAX_POLLS = 100_000_000;

/**
 * Parses the command line of `npm run simulate`.
 *
 * @param seedText the environment variable SEED
 * @throws {UsageError} naming the option, or SEED
 */
export function readCommandLine(args: readonly string[], seedText: string | undefined): Order {
  const values = parsedOptions(args);
  if (values.help) return { kind: "help" };
  const { interval, jobs, latency = "200ms" } = values;
  if (interval !== undefined) {
    if (seedText !== undefined) throw new UsageError("SEED: a plan has no seed, leave it out");
    const polls = wholeNumber("--polls", values.polls ?? "1000000", MAX_POLLS);
    if (values.stacks !== undefined) {
      const load = {
        polls,
        stacks: wholeNumber("--stacks", values.stacks, polls),
        sample: wholeNumber("--sample", values.sample ?? "1", polls),
        intervalSeconds: duration("--interval", interval, "s", MAX_INTERVAL_SECONDS),
        latencyMs: duration("--latency", latency, "ms", MAX_LATENCY_MS),
        isFenced: values["no-fence"] !== true,
      };
      return { kind: "share", load };
    }
    const load = {
      polls,
      jobs: jobs === undefined ? Math.min(500, polls) : wholeNumber("--jobs", jobs, polls),
      intervalSeconds: duration("--interval", interval, "s", MAX_INTERVAL_SECONDS),
      latencyMs: duration("--latency", latency, "ms", MAX_LATENCY_MS),
      isFenced: values["no-fence"] !== true,
    };
    return { kind: "plan", load };
  }
  for (const option of ["jobs", "stacks", "sample", "latency", "no-fence"] as const) {
    if (values[option] === undefined) continue;
    throw new UsageError(`--${option}: only for a plan, give --interval too`);
  }
  if (seedText?.includes("/")) {
    if (values.polls === undefined) return replayOf(seedText);
    throw new UsageError("--polls: not for a replay, leave it out");
  }
  return {
    kind: "check",
    polls: wholeNumber("--polls", values.polls ?? "100000", MAX_POLLS),
    seed: seedText === undefined ? undefined : wholeNumber("SEED", seedText, MAX_SEED, 0),
  };
}

function parsedOptions(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        polls: { type: "string" },
        interval: { type: "string" },
        latency: { type: "string" },
        jobs: { type: "string" },
        stacks: { type: "string" },
        sample: { type: "string" },
        "no-fence": { type: "boolean" },
        help: { type: "boolean" },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function replayOf(seedText: string): Order {
  const { kind, seed, path } =
    /^(?<kind>fence|checkpoints|none)\/(?<seed>\d{1,10})\/(?<path>\d+(:\d+)*)$/.exec(seedText)
      ?.groups ?? {};
  const fence = fenceKind(kind);
  if (path === undefined || fence === undefined) {
    throw new UsageError(
      `SEED: write a number, or the SEED that a failure printed, like fence/12/3:0:1; got ${seedText}`,
    );
  }
  return { kind: "replay", fence, seed: Number(seed), path };
}

function wholeNumber(option: string, text: string, most: number, least = 1): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw new UsageError(`${option}: write a whole number from ${least} to ${most}, got ${text}`);
}

/** @returns the duration in `unit` */
function duration(option: string, text: string, unit: "s" | "ms", most: number): number {
  const value = durationIn(text, unit);
  if (value !== undefined && value <= most) return value;
  const examples = unit === "ms" ? "200ms or 2s" : "60s, 5m or 2h";
  throw new UsageError(
    `${option}: write a time like ${examples}, at most ${most} ${unit}, got ${text}`,
  );
}

function durationIn(text: string, unit: "s" | "ms"): number | undefined {
  const ms = unit === "ms" ? /^(\d+)ms$/.exec(text)?.[1] : undefined;
  if (ms !== undefined) return Number(ms);
  try {
    return parseDurationSeconds(text) * (unit === "ms" ? 1000 : 1);
  } catch {
    return undefined;
  }
}
