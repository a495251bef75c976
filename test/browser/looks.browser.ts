import { describe, expect, it } from "vitest";
import type { PollStatus } from "../../lib/polls/poll-status.ts";
import { useBrowser, WIDTHS } from "./browser.ts";
import { letterWithTypo } from "./sample-letters.ts";
import { samplePolls } from "./sample-polls.ts";
import { createSampleSource } from "./sample-source.ts";

const source = () =>
  createSampleSource(
    samplePolls(1234, Date.now()).map((poll, index) => (index === 3 ? refused(poll) : poll)),
    { letters: [letterWithTypo("typo-1"), letterWithTypo("typo-2")] },
  );

/** A poll whose answers have a long name. */
function refused(poll: PollStatus): PollStatus {
  const history = poll.history?.map(({ at }) => {
    return { at, kind: "poll", error: "ECONNREFUSED", latencyMs: 13 } as const;
  });
  return { ...poll, ...(history && { history }) };
}

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
        cut: await page.evaluate(CUT_TEXTS),
      };
      expect(found).toEqual({ name, violations: [], overflow: 0, cut: [] });
    }
    expect(problems).toEqual([]);
    const origins = new Set(requests.map((url) => new URL(url).origin));
    expect([...origins]).toEqual([new URL(served.address).origin]);
  });
});

/** How many pixels of the page are beyond its right edge. */
const OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth";

/** The texts that reach beyond the card or the picture in which they stand. */
const CUT_TEXTS = `(() => {
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  const cut = [];
  while (walker.nextNode()) {
    const { currentNode: text } = walker;
    const box = text.parentElement.closest("svg, li, .panel");
    const range = document.createRange();
    range.selectNodeContents(text);
    const inner = range.getBoundingClientRect();
    const isCutOnPurpose = text.parentElement.closest(".unseen, .id, .grid, .scroll") !== null;
    if (box === null || inner.width === 0 || isCutOnPurpose) continue;
    const outer = box.getBoundingClientRect();
    const { paddingLeft, paddingRight } = getComputedStyle(box);
    const [left, right] = [parseFloat(paddingLeft) || 0, parseFloat(paddingRight) || 0];
    if (inner.left < outer.left + left - 1 || inner.right > outer.right - right + 1) {
      cut.push(text.data);
    }
  }
  return cut;
})()`;
