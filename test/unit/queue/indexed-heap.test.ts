import * as fc from "fast-check";
import { expect, it } from "vitest";
import { IndexedHeap } from "../../../infra/local/queue/indexed-heap.ts";

interface Item {
  readonly rank: number;
}

const ranksOf = (items: readonly Item[]): number[] => items.map(({ rank }) => rank);
const ascending = (ranks: readonly number[]): number[] => ranks.toSorted((a, b) => a - b);

it("returns its items in order, whichever items were removed", () => {
  const added = fc.array(fc.integer({ min: 0, max: 50 }), { minLength: 10, maxLength: 60 });
  fc.assert(
    fc.property(added, fc.array(fc.nat(), { maxLength: 20 }), (ranks, removals) => {
      const heap = new IndexedHeap<Item>((a, b) => a.rank < b.rank);
      const inside = ranks.map((rank) => ({ rank }));
      for (const item of inside) heap.add(item);
      for (const removal of removals) {
        const [item] = inside.splice(removal % inside.length, 1);
        if (item === undefined) continue;
        expect(heap.remove(item)).toBe(true);
        expect(heap.remove(item)).toBe(false);
        expect(heap.has(item)).toBe(false);
        expect(heap.size).toBe(inside.length);
      }
      const drained: Item[] = [];
      for (let first = heap.first(); first !== undefined; first = heap.first()) {
        expect(heap.has(first)).toBe(true);
        drained.push(first);
        heap.remove(first);
      }
      expect(ranksOf(drained)).toEqual(ascending(ranksOf(inside)));
    }),
    { numRuns: 500 },
  );
});
