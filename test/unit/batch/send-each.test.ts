import { describe, expect, it } from "vitest";
import { sendEach } from "../../../lib/batch/send-each.ts";

/** Sends items by their names, and notes what became of each. */
async function courseOf(items: readonly string[]) {
  const calls: (readonly string[])[] = [];
  const became = new Map<string, string>();
  await sendEach(items, {
    plan(item) {
      if (item.startsWith("broken")) throw new Error("cannot be written");
      return item.startsWith("nothing") ? undefined : `<${item}>`;
    },
    async send(planned) {
      calls.push(planned);
      return planned.map((text) => (text.includes("refused") ? new Error("refused") : undefined));
    },
    sent: (item) => became.set(item, "sent"),
    refused: (item, reason) => became.set(item, String(reason)),
  });
  return { calls, became: Object.fromEntries(became) };
}

describe("sendEach", () => {
  it("tells of each item by itself whether it was taken", async () => {
    const items = ["one", "broken", "nothing to send", "refused", "last"];
    expect(await courseOf(items)).toEqual({
      calls: [["<one>", "<refused>", "<last>"]],
      became: {
        one: "sent",
        broken: "Error: cannot be written",
        refused: "Error: refused",
        last: "sent",
      },
    });
  });

  it.each([[[]], [["nothing", "broken"]]])(
    "sends nothing where nothing is planned: %j",
    async (items) => {
      expect((await courseOf(items)).calls).toEqual([]);
    },
  );
});
