import { describe, expect, it } from "vitest";
import type { PollStatus } from "../../lib/polls/poll-status.ts";
import { useBrowser } from "./browser.ts";
import { samplePolls } from "./sample-polls.ts";
import { createSampleSource } from "./sample-source.ts";

/** Each would set `window.owned` if the page took it for HTML, a URL or a script. */
const HOSTILE = [
  `<img src=x onerror="window.owned=1">`,
  `</script><script>window.owned=1</script>`,
  `"><svg onload=window.owned=1>`,
  `javascript:window.owned=1`,
  `'-(window.owned=1)-'`,
  `{{constructor.constructor("window.owned=1")()}}`,
  `<iframe srcdoc="<script>parent.owned=1</script>">`,
  `\u202e\u0000<b onmouseover=window.owned=1>`,
];

/** A poll whose every text is hostile. */
function hostilePoll(text: string, index: number, now: number): PollStatus {
  const [poll] = samplePolls(1, now);
  if (poll === undefined) throw new Error("no poll");
  const step = {
    at: new Date(now - 60_000).toISOString(),
    kind: "poll" as const,
    error: text,
    reason: text,
    latencyMs: 5,
    waitSeconds: 60,
  };
  return {
    ...poll,
    pollId: index === 0 ? text : `${text}-${index}`,
    state: index % 2 === 0 ? "waiting" : "failed",
    method: text,
    origin: text,
    waitsFor: text,
    lastAnswer: step,
    history: [step, { ...step, kind: "held" }],
    undelivered: { since: step.at, attempts: 2 },
  };
}

describe("hostile texts", () => {
  const { open } = useBrowser();

  it("are shown as texts in every view, and never run", async () => {
    const now = Date.now();
    const polls = HOSTILE.map((text, index) => hostilePoll(text, index, now));
    const all = HOSTILE.join(" ");
    const source = createSampleSource(polls, {
      message: JSON.stringify({
        pollId: all,
        request: { url: all, headers: { [all]: all } },
        [all]: all,
      }),
      outcome: ({ pollId, startedAt, changedAt }) => ({
        outcomeId: all,
        pollId,
        status: "failed",
        retryCount: 0,
        startedAt,
        finishedAt: changedAt,
        response: { status: 200, headers: { [all]: all, server: all }, body: { [all]: all } },
        error: { name: all, message: all },
        resultUrl: "javascript:window.owned=1",
      }),
      letters: HOSTILE.map((text, index) => ({
        messageId: `${index}${text}`,
        pollId: text,
        status: text,
        reason: text,
        body: JSON.stringify({ pollId: text, request: { url: text }, [text]: text }),
        sentAt: new Date(now).toISOString(),
        receiveCount: 1,
      })),
    });
    const { page, problems, show } = await open(source);
    const hashes = [
      "#/",
      ...polls.map(({ pollId }) => `#/polls/${encodeURIComponent(pollId)}`),
      "#/hosts",
      "#/dead-letters",
      "#/submit",
    ];
    for (const hash of hashes) {
      await show(hash);
      await page.waitForLoadState("networkidle").catch(() => undefined);
      await page.locator("h1").first().waitFor();
      expect(await page.evaluate(FOREIGN)).toEqual([]);
    }
    await show("#/dead-letters");
    await page.getByRole("button", { name: /^Edit/ }).first().click();
    await page.getByRole("textbox").first().waitFor();
    expect(await page.evaluate(FOREIGN)).toEqual([]);
    expect(problems.filter((problem) => !/status of 4\d\d/.test(problem))).toEqual([]);
  });
});

/** What a hostile text has brought into the page. */
const FOREIGN = `
  [
    ...document.querySelectorAll(
      "iframe, object, embed, base, [onerror], [onload], [onmouseover], [srcdoc], a[href^='javascript' i]",
    ),
    ...[...document.scripts].filter(({ src }) => !src.endsWith("/page.js")),
  ]
    .map(({ outerHTML }) => outerHTML.slice(0, 200))
    .concat("owned" in window ? "a script ran" : [])
`;
