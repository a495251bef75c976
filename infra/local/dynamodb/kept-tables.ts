import { join } from "node:path";
import * as z from "zod/mini";
import { openJournal } from "../journal/journal.ts";
import { type Item, parseItem } from "./attribute-value.ts";
import { Tables } from "./table.ts";

const keyAttribute = z.object({ name: z.string(), type: z.enum(["S", "N", "B"]) });
const description = z.object({
  name: z.string(),
  createdAt: z.number(),
  partitionKey: keyAttribute,
  sortKey: z.optional(keyAttribute),
  timeToLiveAttribute: z.optional(z.string()),
});
const item = z.custom<Item>((value) => {
  try {
    parseItem(value);
    return true;
  } catch {
    return false;
  }
});
const tablesSnapshot = z.object({
  format: z.literal("request-poller tables"),
  version: z.literal(1),
  tables: z.array(z.object({ description, items: z.array(item) })),
});
const tableChange = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("table"), description }),
  z.object({ kind: z.literal("tableDeleted"), table: z.string() }),
  z.object({ kind: z.literal("put"), table: z.string(), item }),
  z.object({ kind: z.literal("deleted"), table: z.string(), key: item }),
]);
const FORMAT = { snapshot: tablesSnapshot, change: tableChange, what: "local tables" };

/** Tables that are kept in a folder. Changes are written before the call that made them is answered. */
export interface KeptTables {
  readonly tables: Tables;
  /**
   * Writes the changes that could not be written before.
   *
   * @throws {Error} when they still cannot: what the next call would change could not be written either
   */
  writeLeft(): void;
  close(): void;
}

/**
 * Opens the tables that are kept in a folder. Only this process can use the folder then.
 *
 * @throws {Error} when the folder cannot be written, is in use, or has a file that is not a snapshot of tables
 */
export async function openTables(dataDir: string): Promise<KeptTables> {
  const journal = await openJournal(join(dataDir, "tables.json"), FORMAT);
  const tables = new Tables();
  for (const saved of journal.left?.snapshot.tables ?? []) {
    const table = tables.create(saved.description);
    for (const row of saved.items) table.put(row);
  }
  for (const change of journal.left?.changes ?? []) replay(tables, change);
  journal.start(() => ({
    format: "request-poller tables",
    version: 1,
    tables: tables.all().map((table) => ({
      description: table.description,
      items: [...table.items()],
    })),
  }));
  tables.onChange = (change) => journal.append([change]);
  return { tables, writeLeft: () => journal.append([]), close: () => journal.close() };
}

function replay(tables: Tables, change: z.output<typeof tableChange>): void {
  switch (change.kind) {
    case "table": {
      const { name, timeToLiveAttribute } = change.description;
      const isThere = tables.all().some((table) => table.description.name === name);
      if (isThere) tables.byName(name).setTimeToLive(timeToLiveAttribute);
      else tables.create(change.description);
      break;
    }
    case "tableDeleted":
      tables.delete(change.table);
      break;
    case "put":
      tables.byName(change.table).put(change.item);
      break;
    case "deleted":
      tables.byName(change.table).delete(change.key);
      break;
  }
}
