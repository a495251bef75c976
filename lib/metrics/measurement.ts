/** One value of a metric. Several values with one name form a distribution. */
export interface Measurement {
  readonly name: string;
  readonly unit: "Count" | "Seconds" | "Milliseconds";
  readonly value: number;
}

/** Counts each name, and makes one metric per name. */
export function counts(names: readonly string[]): Measurement[] {
  const totals = new Map<string, number>();
  for (const name of names) totals.set(name, (totals.get(name) ?? 0) + 1);
  return [...totals].map(([name, value]) => ({ name, unit: "Count", value }));
}

/**
 * Reduces the values of each metric to at most `most`: the smallest, the largest, and evenly spaced ones between, so
 * that percentiles stay about the same.
 */
export function thinnedOut(measurements: readonly Measurement[], most: number): Measurement[] {
  const byName = Map.groupBy(measurements, ({ name }) => name);
  return [...byName.values()].flatMap((values) => {
    if (values.length <= most) return values;
    const sorted = values.toSorted((one, other) => one.value - other.value);
    const step = (sorted.length - 1) / (most - 1);
    return Array.from({ length: most }, (_, index) => sorted[Math.round(index * step)]).filter(
      (value) => value !== undefined,
    );
  });
}
