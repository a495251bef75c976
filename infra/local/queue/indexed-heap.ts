/**
 * A binary min-heap that can also remove an item from its middle: adding and removing cost
 * O(log n), reading the first costs O(1). An item may be in one heap once, and what the order
 * reads of it must not change while it is inside.
 */
export class IndexedHeap<Item> {
  readonly #before: (a: Item, b: Item) => boolean;
  readonly #items: Item[] = [];
  readonly #positions = new Map<Item, number>();

  /** @param before whether `a` comes before `b`. */
  constructor(before: (a: Item, b: Item) => boolean) {
    this.#before = before;
  }

  get size(): number {
    return this.#items.length;
  }

  first(): Item | undefined {
    return this.#items[0];
  }

  has(item: Item): boolean {
    return this.#positions.has(item);
  }

  add(item: Item): void {
    this.#place(item, this.#items.length);
    this.#rise(item, this.#items.length - 1);
  }

  /** Takes `item` out; false when it was not inside. */
  remove(item: Item): boolean {
    const position = this.#positions.get(item);
    if (position === undefined) return false;
    this.#positions.delete(item);
    const last = this.#items.pop();
    if (last !== undefined && last !== item) {
      this.#rise(last, position);
      this.#sink(last, this.#positions.get(last) ?? position);
    }
    return true;
  }

  clear(): void {
    this.#items.length = 0;
    this.#positions.clear();
  }

  #place(item: Item, position: number): void {
    this.#items[position] = item;
    this.#positions.set(item, position);
  }

  #rise(item: Item, from: number): void {
    let position = from;
    while (position > 0) {
      const parentPosition = (position - 1) >> 1;
      const parent = this.#items[parentPosition];
      if (parent === undefined || !this.#before(item, parent)) break;
      this.#place(parent, position);
      position = parentPosition;
    }
    this.#place(item, position);
  }

  #sink(item: Item, from: number): void {
    let position = from;
    for (;;) {
      const left = this.#items[2 * position + 1];
      const right = this.#items[2 * position + 2];
      if (left === undefined) break;
      const goesRight = right !== undefined && this.#before(right, left);
      const child = goesRight ? right : left;
      if (!this.#before(child, item)) break;
      this.#place(child, position);
      position = 2 * position + (goesRight ? 2 : 1);
    }
    this.#place(item, position);
  }
}
