/**
 * A binary min-heap that can also remove an item from its middle. Adding and removing cost O(log n), reading the
 * first item costs O(1). An item can be in a heap only once, and the properties that determine its order must not
 * change while it is inside.
 */
export class IndexedHeap<Item> {
  readonly #before: (a: Item, b: Item) => boolean;
  readonly #items: Item[] = [];
  readonly #positions = new Map<Item, number>();

  /** @param before returns whether `a` comes before `b`. */
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

  /** Removes `item`; returns false when it is not inside. */
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
