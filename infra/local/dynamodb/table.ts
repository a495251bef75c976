import {
  type AttributeValue,
  attributeOf,
  canonical,
  type Item,
  itemBytes,
} from "./attribute-value.ts";
import { DynamoDbError, invalidParameter, validationError } from "./dynamodb-error.ts";

export interface KeyAttribute {
  readonly name: string;
  readonly type: "S" | "N" | "B";
}

/** The parameters of a new table. */
export interface TableDescription {
  readonly name: string;
  readonly createdAt: number;
  readonly partitionKey: KeyAttribute;
  readonly sortKey?: KeyAttribute | undefined;
  /** Kept and returned, but the local table never deletes an item by itself. */
  readonly timeToLiveAttribute?: string | undefined;
}

/** Amazon DynamoDB, "Service, account, and table quotas", Item size. */
const MAX_ITEM_BYTES = 400 * 1024;

/** A table's items, by their keys. Items are immutable: a write replaces the item. */
export class Table {
  description: TableDescription;
  readonly #items = new Map<string, Item>();
  readonly #onChange: (change: TableChange) => void;

  constructor(description: TableDescription, onChange: (change: TableChange) => void) {
    this.description = description;
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#items.size;
  }

  /** In the order in which the keys were first written. */
  items(): Iterable<Item> {
    return this.#items.values();
  }

  get(key: Item): Item | undefined {
    return this.#items.get(this.#keyText(this.assertKey(key)));
  }

  /** @throws DynamoDbError ValidationException when the item has no valid key, or is too large */
  put(item: Item): void {
    for (const { name, type } of this.#keyAttributes()) {
      const value = attributeOf(item, name);
      if (value === undefined) throw invalidParameter(`Missing the key ${name} in the item`);
      assertKeyValue(name, type, value);
    }
    if (itemBytes(item) > MAX_ITEM_BYTES) {
      throw validationError("Item size has exceeded the maximum allowed size");
    }
    this.#items.set(this.#keyText(item), item);
    this.#onChange({ kind: "put", table: this.description.name, item });
  }

  delete(key: Item): void {
    this.#items.delete(this.#keyText(this.assertKey(key)));
    this.#onChange({ kind: "deleted", table: this.description.name, key });
  }

  /** @param attribute `undefined`: items do not expire */
  setTimeToLive(attribute: string | undefined): void {
    this.description = { ...this.description, timeToLiveAttribute: attribute };
    this.#onChange({ kind: "table", description: this.description });
  }

  /** The key attributes of the item. */
  keyOf(item: Item): Item {
    const members = this.#keyAttributes().flatMap(({ name }) => {
      const value = attributeOf(item, name);
      return value === undefined ? [] : [[name, value] as const];
    });
    return Object.fromEntries(members);
  }

  isKeyAttribute(name: string): boolean {
    return this.#keyAttributes().some((attribute) => attribute.name === name);
  }

  /** @throws DynamoDbError ValidationException unless it has exactly the key's attributes */
  assertKey(key: Item): Item {
    const attributes = this.#keyAttributes();
    const fits = Object.keys(key).length === attributes.length;
    for (const { name, type } of attributes) {
      const value = attributeOf(key, name);
      if (!fits || value === undefined || !(type in value)) {
        throw validationError("The provided key element does not match the schema");
      }
      assertKeyValue(name, type, value);
    }
    return key;
  }

  #keyAttributes(): readonly KeyAttribute[] {
    const { partitionKey, sortKey } = this.description;
    return sortKey === undefined ? [partitionKey] : [partitionKey, sortKey];
  }

  #keyText(item: Item): string {
    return canonical({ M: this.keyOf(item) });
  }
}

function assertKeyValue(name: string, type: string, value: AttributeValue): void {
  const [actual, content] = Object.entries(value)[0] ?? [];
  if (actual !== type) {
    throw invalidParameter(`Type mismatch for key ${name} expected: ${type} actual: ${actual}`);
  }
  if (content === "") {
    throw validationError(
      `One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: ${name}`,
    );
  }
}

/** The changes of tables and their items. */
export type TableChange =
  | { readonly kind: "table"; readonly description: TableDescription }
  | { readonly kind: "tableDeleted"; readonly table: string }
  | { readonly kind: "put"; readonly table: string; readonly item: Item }
  | { readonly kind: "deleted"; readonly table: string; readonly key: Item };

/** The tables, by their names. */
export class Tables {
  /** Called right after each change; what it throws, the call that made the change throws. */
  onChange: (change: TableChange) => void = () => {};
  readonly #tables = new Map<string, Table>();

  /** @throws DynamoDbError ResourceInUseException when a table of that name exists */
  create(description: TableDescription): Table {
    if (this.#tables.has(description.name)) {
      throw new DynamoDbError(
        "ResourceInUseException",
        `Table already exists: ${description.name}`,
      );
    }
    const table = new Table(description, (change) => this.onChange(change));
    this.#tables.set(description.name, table);
    this.onChange({ kind: "table", description });
    return table;
  }

  /** @throws DynamoDbError ResourceNotFoundException */
  byName(name: string): Table {
    const table = this.#tables.get(name);
    if (table !== undefined) return table;
    throw new DynamoDbError(
      "ResourceNotFoundException",
      `Requested resource not found: Table: ${name} not found`,
    );
  }

  delete(name: string): Table {
    const table = this.byName(name);
    this.#tables.delete(name);
    this.onChange({ kind: "tableDeleted", table: name });
    return table;
  }

  /** Sorted by name. */
  all(): Table[] {
    return [...this.#tables.values()].sort((a, b) =>
      a.description.name < b.description.name ? -1 : 1,
    );
  }
}
