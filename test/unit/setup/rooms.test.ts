import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "../../..");

/** The rooms that each room of lib may import, as Biome checks them. */
async function checkedRooms(): Promise<ReadonlyMap<string, readonly string[]>> {
  const { overrides } = JSON.parse(await readFile(join(root, "biome.json"), "utf8"));
  const rooms = new Map<string, readonly string[]>();
  for (const { includes, ...rule } of overrides) {
    const [, room] = /^lib\/(\w+)\/\*\*$/.exec(includes[0]) ?? [];
    if (room === undefined) continue;
    const allowed = JSON.stringify(rule).matchAll(/"!(?:\.\.\/)+(\w+)\/\*\*"/g);
    rooms.set(room, [...new Set(Array.from(allowed, ([, name = ""]) => name))]);
  }
  return rooms;
}

it("the table of the rooms of lib says what Biome checks", async () => {
  const checked = await checkedRooms();
  const page = await readFile(join(root, "docs/design/rooms.md"), "utf8");
  const rows = page.matchAll(/^\| (`\w+`(?:, `\w+`)*) \|[^|]+\| ?([^|]*?) ?\|$/gm);
  const said = new Map<string, readonly string[]>();
  for (const [, rooms = "", imports = ""] of rows) {
    const named: readonly string[] = imports.match(/\w+/g) ?? [];
    for (const [, room = ""] of rooms.matchAll(/`(\w+)`/g)) {
      const others = [...checked.keys()].filter((name) => name !== room && !named.includes(name));
      said.set(room, imports.startsWith("all but") ? others : named);
    }
  }
  const sorted = (of: ReadonlyMap<string, readonly string[]>) =>
    Object.fromEntries([...of].map(([room, names]) => [room, names.toSorted()]));
  // Folders within a room are no rooms.
  const rooms = sorted(
    new Map([...checked].map(([room, names]) => [room, names.filter((name) => checked.has(name))])),
  );
  expect(Object.keys(rooms).length).toBeGreaterThan(15);
  expect(sorted(said)).toEqual(rooms);
});
