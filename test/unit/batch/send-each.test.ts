import { describe, expect, it } from "vitest";
import { sendEach } from "../../../lib/batch/send-each.ts";

/** Sends items that behave as they are named, and records the result of each. */
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
  it("reports for each item whether it was sent or refused", async () => {
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
    "makes no call if no item is to be sent: %j",
    async (items) => {
      expect((await courseOf(items)).calls).toEqual([]);
    },
  );
});
