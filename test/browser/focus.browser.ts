import { describe, expect, it } from "vitest";
import { useBrowser, WIDTHS } from "./browser.ts";
import { letterWithTypo } from "./sample-letters.ts";
import { createSampleSource } from "./sample-source.ts";

const FOCUSED = "document.activeElement.innerText || document.activeElement.id";
const MESSAGE = JSON.stringify({
  request: { url: "https://example.com/" },
  until: { success: "body.state == 'done'", result: "body.url" },
});

describe("the page, by keyboard", () => {
  const { open } = useBrowser();

  it("keeps the focus where one works: in the editor, on its button, on the heading", async () => {
    const letters = [letterWithTypo("typo-1"), letterWithTypo("typo-2")];
    const source = createSampleSource([], { letters });
    const { page, show } = await open(source);
    await show("#/dead-letters");
    const edit = page.getByRole("button", { name: "Edit the message of typo-1" });
    await edit.press("Enter");
    const editor = page.getByRole("textbox", { name: "Message of typo-1" });
    await editor.waitFor();
    await expect.poll(() => page.evaluate(FOCUSED)).toBe(await editor.getAttribute("id"));
    await page.getByRole("button", { name: "Leave it as it was" }).press("Enter");
    await edit.waitFor();
    await expect.poll(() => page.evaluate(FOCUSED)).toMatch(/^Edit/);
    await page.getByRole("button", { name: "Redrive…" }).press("Enter");
    await page.getByRole("dialog").getByRole("button", { name: "Redrive" }).press("Enter");
    await page.getByRole("status").getByText("went back").waitFor();
    await expect.poll(() => page.evaluate(FOCUSED)).toBe("Dead letters");
  });

  it.each(Object.keys(WIDTHS) as (keyof typeof WIDTHS)[])(
    "shows what try found without scrolling, and stays on the button: %s",
    async (width) => {
      const { page, show, screenshot } = await open(createSampleSource([]), { width });
      await show("#/submit");
      await page.getByRole("textbox", { name: "Message", exact: true }).fill(MESSAGE);
      const tryIt = page.getByRole("button", { name: "Try it: ask once" });
      await page.getByText("The message is right").waitFor();
      await tryIt.press("Enter");
      await page.getByText("not asked: once it has succeeded").waitFor();
      await expect.poll(() => page.evaluate(FOCUSED)).toBe("Try it: ask once");
      const verdict = page.getByText("no expression matched");
      const box = await verdict.boundingBox();
      expect(box?.y).toBeGreaterThan(0);
      expect(box?.y).toBeLessThan(900);
      await screenshot(`tried-${width}`);
    },
  );
});
