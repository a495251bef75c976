import type { DepthSample } from "../api/schemas.ts";

/** One queue's depth over the last hour, as the points of a line. From 0 to 1 in both directions. */
export interface DepthPlot {
  readonly name: string;
  readonly meaning: string;
  readonly latest: number;
  readonly highest: number;
  /** Parts between gaps: samples that are missing are not drawn over. */
  readonly lines: readonly (readonly { readonly x: number; readonly y: number }[])[];
}

const QUEUES = [
  {
    key: "waiting",
    name: "Due",
    meaning: "polls that wait for the poller: more than a moment means that it cannot keep up",
  },
  { key: "inFlight", name: "Being asked", meaning: "polls that the poller has in hand" },
  { key: "delayed", name: "Waiting", meaning: "polls whose time has not come" },
  { key: "outcomes", name: "Outcomes", meaning: "outcomes that nobody has read yet" },
  { key: "deadLetters", name: "Dead letters", meaning: "messages that could not be processed" },
] as const;

const HOUR_MS = 3_600_000;
/** Samples come every ten seconds. */
const GAP_MS = 35_000;

/** The plots of all queues over the last hour. @param now in epoch ms */
export function depthPlots(samples: readonly DepthSample[], now: number): DepthPlot[] {
  const timed = samples.map((sample) => ({ sample, time: Date.parse(sample.at) }));
  const recent = timed.filter(({ time }) => time >= now - HOUR_MS);
  // A console that has just begun shows what it has across the plot, not at its edge.
  const from = Math.max(now - HOUR_MS, Math.min(now - 60_000, recent[0]?.time ?? now));
  return QUEUES.map(({ key, name, meaning }) => {
    const highest = Math.max(0, ...recent.map(({ sample }) => sample[key]));
    const lines: { x: number; y: number }[][] = [];
    let before = -Infinity;
    for (const { sample, time } of recent) {
      const point = {
        x: Math.max(0, (time - from) / (now - from)),
        y: sample[key] / Math.max(1, highest),
      };
      if (time - before > GAP_MS) lines.push([point]);
      else lines.at(-1)?.push(point);
      before = time;
    }
    return { name, meaning, latest: recent.at(-1)?.sample[key] ?? 0, highest, lines };
  });
}

/** How much time the plots show, in seconds. */
export function shownSeconds(samples: readonly DepthSample[], now: number): number {
  const first = samples[0];
  const passed = first === undefined ? 0 : now - Date.parse(first.at);
  return Math.min(HOUR_MS, Math.max(60_000, passed)) / 1000;
}
