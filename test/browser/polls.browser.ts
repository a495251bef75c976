import { describe, expect, it } from "vitest";
import { useBrowser } from "./browser.ts";
import { samplePolls } from "./sample-polls.ts";
import { createSampleSource } from "./sample-source.ts";

describe("the list of polls", () => {
  const { open, openAddress } = useBrowser();

  it("shows the polls of a state, of a host, and with a text", async () => {
    const source = createSampleSource(samplePolls(300, Date.now()));
    const { page } = await open(source);
    const total = page.locator(".filter-total");
    await page.getByText("300 polls").waitFor();
    const failed = [...source.polls.values()].filter(({ state }) => state === "failed");
    await page.getByRole("button", { name: /^failed/ }).click();
    await total.getByText(`${failed.length} polls`).waitFor();
    const host = "https://video.example";
    const ofHost = failed.filter(({ origin }) => origin === host);
    await page.getByLabel("Host").selectOption(host);
    await total.getByText(`${ofHost.length} polls`).waitFor();
    await page.getByRole("button", { name: "Show all", exact: true }).click();
    await page.getByLabel("Id or text").fill("job-0007");
    await total.getByText("10 polls").waitFor();
  });

  it("draws only the rows in view of 10,000, and reaches the last one", async () => {
    const { page } = await open(createSampleSource(samplePolls(10_000, Date.now())));
    await page.getByText("10,000 polls").waitFor();
    await page.getByRole("button", { name: "Poll", exact: true }).click();
    const grid = page.getByRole("grid");
    await grid.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("End");
    const last = page.getByRole("row").filter({ hasText: /job-(00000|09999)/ });
    await last.first().waitFor();
    expect(await page.getByRole("row").count()).toBeLessThan(200);
  });

  it("can be used by keyboard alone: to a poll and back to its row", async () => {
    const { page } = await open(createSampleSource(samplePolls(50, Date.now())));
    await page.getByText("50 polls").waitFor();
    for (let presses = 0; presses < 60; presses++) {
      await page.keyboard.press("Tab");
      if ((await page.evaluate("document.activeElement.getAttribute('role')")) === "grid") break;
    }
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowDown");
    const active = await page.locator(".row.is-active .id").textContent();
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: active ?? "" }).waitFor();
    await page.keyboard.press("Escape");
    await page.locator(".row.is-active", { hasText: active ?? "" }).waitFor();
  });

  it("shows the polls of a stack that was away when the page was opened, and has not changed", async () => {
    const source = createSampleSource(samplePolls(5, Date.now()));
    let isAway = true;
    const list = source.client.list;
    const client = {
      ...source.client,
      async *list() {
        if (isAway) throw new Error("no stack is there");
        yield* list();
      },
    };
    const { page } = await open({ ...source, client });
    await page.locator(".error").getByText("no stack is there").waitFor();
    isAway = false;
    await page.getByText("5 polls").waitFor();
    expect(await page.getByText("no stack is there").count()).toBe(0);
  });

  it("shows what changes, without being loaded again", async () => {
    const source = createSampleSource(samplePolls(5, Date.now()));
    const { page, served } = await open(source);
    await page.getByText("5 polls").waitFor();
    const poll = source.polls.get("job-00002");
    if (poll === undefined) throw new Error("no poll");
    source.polls.set(poll.pollId, { ...poll, state: "cancelled" });
    served.pollsChanged([poll.pollId]);
    await page
      .getByRole("row", { name: /cancelled/ })
      .getByText("job-00002")
      .waitFor();
  });

  it("shows ages by the console's clock and times in UTC, whatever the browser's clock and zone", async () => {
    const now = Date.now();
    const at = (seconds: number) => new Date(now + seconds * 1000).toISOString();
    const history = [{ at: at(-630), kind: "poll" as const, status: 202, latencyMs: 9 }];
    const source = createSampleSource(
      samplePolls(1, now).map(({ lastAnswer: _, ...poll }) => ({
        ...{ ...poll, state: "waiting", waitsFor: "backoff", history },
        ...{ startedAt: at(-700), changedAt: at(-630), dueAt: at(3000) },
      })),
    );
    const { page, show } = await open(source, { timezoneId: "Asia/Kathmandu" });
    await page.clock.setSystemTime(now - 3 * 3_600_000);
    await page.reload();
    const row = page.getByRole("row", { name: /job-00000/ });
    await row.getByText(/^1[12] min/).waitFor();
    await row.getByText(/^next poll in 4\d\smin/).waitFor();
    await page.getByText("Nothing: no poll failed, and none is late.").waitFor();
    await show("#/polls/job-00000");
    const clock = at(-630).slice(11, 19);
    await page.getByText(`${clock} UTC`).waitFor();
    await page.getByRole("cell", { name: clock }).waitFor();
    await page.getByRole("columnheader", { name: "Time (UTC)" }).waitFor();
  });

  it("opens by the address that may stand on a command line, once", async () => {
    const { served } = await open(createSampleSource(samplePolls(5, Date.now())));
    const address = served.addressForOnce();
    const { page } = await openAddress(address);
    await page.getByText("5 polls").waitFor();
    expect(await (await openAddress(address)).page.content()).toContain("UsedTicketError");
  });

  it("says what to do when it is opened without its token", async () => {
    const { served } = await open(createSampleSource([]));
    const { origin } = new URL(served.address);
    const { page } = await openAddress(origin);
    await page.getByText("Open this page by the address that the command printed").waitFor();
  });
});
