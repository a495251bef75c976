import { describe, expect, it } from "vitest";
import { useBrowser, WIDTHS } from "./browser.ts";
import { letterWithTypo } from "./sample-letters.ts";
import { samplePolls } from "./sample-polls.ts";
import { createSampleSource } from "./sample-source.ts";

const source = () =>
  createSampleSource(samplePolls(200, Date.now()), {
    letters: [letterWithTypo("typo-1"), letterWithTypo("typo-2")],
  });

const VIEWS = [
  ["polls", "#/", "What stands out"],
  ["poll", "#/polls/job-00003", "Timeline"],
  ["hosts", "#/hosts", "Queues over the last hour"],
  ["dead-letters", "#/dead-letters", "typo-1"],
  ["submit", "#/submit", "Submit a poll"],
] as const;

const WAYS = Object.keys(WIDTHS).flatMap((width) => [
  [width, "light"],
  [width, "dark"],
]) as [keyof typeof WIDTHS, "light" | "dark"][];

describe("each view", () => {
  const { open } = useBrowser();

  it.each(WAYS)("is whole and accessible: %s, %s", async (width, colorScheme) => {
    const opened = await open(source(), { width, colorScheme });
    const { page, served, problems, requests, show, violations, screenshot } = opened;
    for (const [name, hash, text] of VIEWS) {
      await show(hash);
      await page.getByText(text).first().waitFor();
      await screenshot(`${name}-${width}-${colorScheme}`);
      const found = {
        name,
        violations: await violations(),
        overflow: await page.evaluate(OVERFLOW),
      };
      expect(found).toEqual({ name, violations: [], overflow: 0 });
    }
    expect(problems).toEqual([]);
    const origins = new Set(requests.map((url) => new URL(url).origin));
    expect([...origins]).toEqual([new URL(served.address).origin]);
  });
});

/** How many pixels of the page are beyond its right edge. */
const OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth";
