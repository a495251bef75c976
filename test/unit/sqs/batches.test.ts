import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inBatches } from "../../../lib/sqs/batches.ts";

const MIB = 1_048_576;
const sizesOf = (sizes: number[]) => inBatches(sizes, (size) => size);

describe("inBatches", () => {
  it.each([
    { count: 0, batches: [] },
    { count: 1, batches: [1] },
    { count: 10, batches: [10] },
    { count: 11, batches: [10, 1] },
    { count: 100, batches: Array(10).fill(10) },
  ])("$count entries: batches of $batches", ({ count, batches }) => {
    expect(inBatches(Array(count).fill("entry")).map((batch) => batch.length)).toEqual(batches);
  });

  it.each([
    { sizes: [MIB / 2, MIB / 2], batches: [[MIB / 2, MIB / 2]] },
    { sizes: [MIB / 2, MIB / 2 + 1], batches: [[MIB / 2], [MIB / 2 + 1]] },
    { sizes: [1, MIB, 1], batches: [[1], [MIB], [1]] },
    { sizes: [1, MIB + 1, 1, 2], batches: [[1], [MIB + 1], [1, 2]] },
  ])("$sizes bytes: $batches", ({ sizes, batches }) => {
    expect(sizesOf(sizes)).toEqual(batches);
  });

  it("keeps order, and at most ten entries and 1 MiB per batch; a larger entry is alone in its batch", () => {
    const size = fc.oneof(fc.nat(1000), fc.nat(MIB), fc.nat(2 * MIB));
    fc.assert(
      fc.property(fc.array(size, { maxLength: 60 }), (sizes) => {
        const batches = sizesOf(sizes);
        expect(batches.flat()).toEqual(sizes);
        for (const batch of batches) {
          const bytes = batch.reduce((sum, of) => sum + of, 0);
          expect(batch.length).toBeGreaterThan(0);
          expect(batch.length).toBeLessThanOrEqual(10);
          expect(bytes <= MIB || batch.length === 1).toBe(true);
        }
      }),
    );
  });

  it("starts a new batch only when the one before has no room", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(MIB), { maxLength: 60 }), (sizes) => {
        const batches = sizesOf(sizes);
        batches.slice(1).forEach((batch, index) => {
          const before = batches[index] ?? [];
          const bytes = before.reduce((sum, of) => sum + of, batch[0] ?? 0);
          expect(before.length === 10 || bytes > MIB).toBe(true);
        });
      }),
    );
  });
});
