import * as fc from "fast-check";
import { expect, it } from "vitest";
import { IndexedHeap } from "../../../infra/local/queue/indexed-heap.ts";

interface Item {
  readonly rank: number;
}

it("has the least item first, whatever was added and removed", () => {
  const step = fc.record({
    rank: fc.integer({ min: 0, max: 20 }),
    removed: fc.nat(),
    removes: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new IndexedHeap<Item>((a, b) => a.rank < b.rank);
      const inside: Item[] = [];
      for (const { rank, removed, removes } of steps) {
        if (removes && inside.length > 0) {
          const [item] = inside.splice(removed % inside.length, 1);
          if (item === undefined) throw new Error("unreachable");
          expect(heap.remove(item)).toBe(true);
          expect(heap.remove(item)).toBe(false);
          expect(heap.has(item)).toBe(false);
        } else {
          const item = { rank };
          inside.push(item);
          heap.add(item);
          expect(heap.has(item)).toBe(true);
        }
        expect(heap.size).toBe(inside.length);
        const least =
          inside.length === 0 ? undefined : Math.min(...inside.map((item) => item.rank));
        expect(heap.first()?.rank).toBe(least);
      }
    }),
  );
});
