import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { counts, type Measurement, thinnedOut } from "../../../lib/metrics/measurement.ts";
import { createRequestMeasurements } from "../../../lib/metrics/request-measurements.ts";

const latency = (value: number): Measurement => ({ name: "Latency", unit: "Milliseconds", value });

describe("counts", () => {
  it("count how often each name occurs", () => {
    expect(counts(["Polls", "Held", "Polls"])).toEqual([
      { name: "Polls", unit: "Count", value: 2 },
      { name: "Held", unit: "Count", value: 1 },
    ]);
  });
});

describe("thinning out", () => {
  it("keeps all values that fit, and other metrics", () => {
    const few = [latency(3), { ...latency(1), name: "Lateness" }, latency(2)];
    expect(thinnedOut(few, 2)).toEqual([few[0], few[2], few[1]]);
  });

  it("keeps the smallest value, the largest one and every percentile", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { minLength: 100, maxLength: 1000 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (values, quantile) => {
          const sorted = values.toSorted((one, other) => one - other);
          const kept = thinnedOut(values.map(latency), 99).map(({ value }) => value);
          expect(kept).toHaveLength(99);
          expect([kept[0], kept[98]]).toEqual([sorted[0], sorted.at(-1)]);
          const value = kept[Math.round(quantile * 98)] ?? -1;
          const around = Math.ceil(sorted.length / 98);
          const place = Math.round(quantile * (sorted.length - 1));
          expect(value).toBeGreaterThanOrEqual(sorted[Math.max(0, place - around)] ?? 0);
          expect(value).toBeLessThanOrEqual(
            sorted[Math.min(sorted.length - 1, place + around)] ?? 0,
          );
        },
      ),
    );
  });
});

describe("request measurements", () => {
  it("are returned once, counted by class of status", () => {
    const requests = createRequestMeasurements();
    requests.note(12.4, 200);
    requests.note(30, 204);
    requests.note(5, 503);
    requests.note(1000, undefined);
    expect(requests.take()).toEqual([
      ...[12, 30, 5, 1000].map((value) => ({ name: "HttpLatency", unit: "Milliseconds", value })),
      { name: "Http2xx", unit: "Count", value: 2 },
      { name: "Http5xx", unit: "Count", value: 1 },
      { name: "HttpNone", unit: "Count", value: 1 },
    ]);
    expect(requests.take()).toEqual([]);
  });
});
