import type { CheckOptions } from "./check-scenarios.ts";

type Fenced = Pick<CheckOptions, "isFenced" | "checkpointEvery">;

/**
 * The kinds of fences that are simulated, by their name in a SEED. Polls of the simulation are short, so their
 * checkpoints are close together.
 */
export const FENCES = {
  fence: { isFenced: true },
  checkpoints: { isFenced: true, checkpointEvery: 3 },
  none: { isFenced: false },
} as const satisfies Record<string, Fenced>;

export type FenceKind = keyof typeof FENCES;

const NAMES: Record<FenceKind, string> = {
  fence: "with the fence",
  checkpoints: "with checkpoints",
  none: "without a table",
};

/** A kind of fence, for people. */
export function named(kind: FenceKind): string {
  return NAMES[kind];
}

/** Parses the name of a kind in a SEED. */
export function fenceKind(text: string | undefined): FenceKind | undefined {
  return text === "fence" || text === "checkpoints" || text === "none" ? text : undefined;
}
