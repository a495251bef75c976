import { describe, expect, it } from "vitest";
import { useBrowser } from "./browser.ts";
import { letterWithTypo } from "./sample-letters.ts";
import { samplePolls } from "./sample-polls.ts";
import { createSampleSource } from "./sample-source.ts";

describe("what can be done on the page", () => {
  const { open } = useBrowser();

  it("cancels a poll, after it has said what that means", async () => {
    const source = createSampleSource(samplePolls(50, Date.now()));
    const live = [...source.polls.values()].find(({ state }) => state === "waiting");
    const { page, show } = await open(source);
    await show(`#/polls/${live?.pollId}`);
    await page.getByRole("button", { name: "Cancel this poll" }).click();
    await page.getByRole("dialog").getByText("This cannot be undone").waitFor();
    await page.getByRole("button", { name: "Do nothing" }).click();
    expect(source.polls.get(live?.pollId ?? "")?.state).toBe("waiting");
    await page.getByRole("button", { name: "Cancel this poll" }).click();
    await page.getByRole("button", { name: "Cancel the poll" }).click();
    await page
      .getByRole("status")
      .getByText(/^Cancelled/)
      .waitFor();
    expect(source.polls.get(live?.pollId ?? "")?.state).toBe("cancelled");
  });

  it.each([
    [true, "Ask now", "It is asked now."],
    [false, "Ask within 15 minutes", "It is asked within 15 minutes"],
  ])("nudges a poll (of a local stack: %s)", async (isLocal, button, said) => {
    const source = createSampleSource(samplePolls(50, Date.now()), { isLocal });
    const live = [...source.polls.values()].find(({ state }) => state === "waiting");
    const { page, show } = await open(source);
    await show(`#/polls/${live?.pollId}`);
    await page.getByRole("button", { name: button }).click();
    await page.getByRole("status").getByText(said).waitFor();
    expect(source.polls.get(live?.pollId ?? "")).toMatchObject({ isNudged: true });
    await page.getByText("Nudged", { exact: true }).waitFor();
    const ended = [...source.polls.values()].find(({ state }) => state === "succeeded");
    await show(`#/polls/${ended?.pollId}`);
    await page.getByRole("heading", { name: ended?.pollId ?? "" }).waitFor();
    expect(await page.getByRole("button", { name: button }).count()).toBe(0);
  });

  it("says that the stack is paused, in each view, and how it goes on", async () => {
    const source = createSampleSource(samplePolls(50, Date.now()), { isLocal: false });
    source.isPaused = true;
    const { page, show } = await open(source);
    const said = page.getByRole("alert").getByText("This stack is paused");
    for (const view of ["#/", "#/polls/job-00001", "#/hosts", "#/dead-letters", "#/submit"]) {
      await show(view);
      await said.getByText("request-poller resume --stack sample").waitFor();
    }
    source.isPaused = false;
    await said.waitFor({ state: "detached" });
  });

  it("hides a header's value, and copies the message and a curl command with it", async () => {
    const source = createSampleSource(samplePolls(50, Date.now()));
    const live = [...source.polls.values()].find(({ state }) => state === "waiting");
    const permissions = ["clipboard-read", "clipboard-write"];
    const { page, show } = await open(source, { permissions });
    await show(`#/polls/${live?.pollId}`);
    await page.getByText("[not shown]").first().waitFor();
    expect(await page.content()).not.toContain("not-a-real-token");
    const clipboard = () => page.evaluate<string>("navigator.clipboard.readText()");
    await page.getByRole("button", { name: "Copy as message" }).click();
    await page.getByRole("status").getByText("The message is copied").waitFor();
    expect(JSON.parse(await clipboard())).toMatchObject({
      request: { headers: { authorization: "Bearer not-a-real-token" } },
    });
    await page.getByRole("button", { name: "Copy as curl" }).click();
    await page.getByRole("status").getByText("copied as a curl command").waitFor();
    const curl = await clipboard();
    expect(curl).toMatch(/^curl /);
    expect(curl).toContain("Bearer not-a-real-token");
  });

  it("repairs a dead letter as its problems say, and redrives it alone", async () => {
    const letters = [letterWithTypo("typo-1"), letterWithTypo("typo-2")];
    const source = createSampleSource([], { letters });
    const { page, show } = await open(source);
    await show("#/dead-letters");
    await page.getByRole("button", { name: "Edit the message of typo-1" }).click();
    const editor = page.getByRole("textbox", { name: "Message of typo-1" });
    const wrong = await editor.inputValue();
    await editor.fill(wrong.replace("maxRetrys", "maxRetry"));
    const redrive = page.getByRole("button", { name: "Redrive…" });
    await page.getByText("did you mean maxRetries?").first().waitFor();
    expect(await redrive.isDisabled()).toBe(true);
    await editor.fill(wrong.replace("maxRetrys", "maxRetries"));
    await redrive.click();
    const dialog = page.getByRole("dialog");
    expect(await dialog.textContent()).toContain("Redrive 1 message?");
    expect(source.sent).toEqual([]);
    await dialog.getByRole("button", { name: "Redrive" }).click();
    await page.getByRole("status").getByText("1 message went back").waitFor();
    expect(source.sent.map((text) => JSON.parse(text))).toMatchObject([
      { pollId: "typo-1", maxRetries: 3 },
    ]);
    expect(source.letters.map(({ pollId }) => pollId)).toEqual(["typo-2"]);
  });

  it("checks a message as it is typed, tries it, says which expression decided, and submits it", async () => {
    const source = createSampleSource([]);
    const { page, show } = await open(source);
    await show("#/submit");
    const editor = page.getByRole("textbox", { name: "Message", exact: true });
    const buttons = page.getByRole("main");
    const tryIt = buttons.getByRole("button", { name: /^Try it/ });
    const submit = buttons.getByRole("button", { name: "Submit", exact: true });
    await editor.fill('{"request":{"url":"https://example.com/"},"delaySecond":5}');
    await page.getByText("did you mean delaySeconds?").first().waitFor();
    expect(await submit.isDisabled()).toBe(true);
    const message = {
      pollId: "by-hand",
      request: { url: "https://example.com/" },
      until: { success: "body.state == 'done'", pending: "body.state == 'running'" },
    };
    await editor.fill(JSON.stringify(message));
    await tryIt.click();
    await page.getByText("body.state == 'running'").first().waitFor();
    const explained = page.getByRole("heading", { name: "Answer" });
    await explained.waitFor();
    expect(source.sent).toEqual([]);
    // What was found holds for the message that was tried.
    await editor.fill(JSON.stringify({ ...message, delaySeconds: 5 }));
    await explained.waitFor({ state: "detached" });
    await editor.fill(JSON.stringify(message));
    await explained.waitFor();
    await submit.click();
    await page.getByRole("status").getByText("Submitted").waitFor();
    expect(source.sent.map((text) => JSON.parse(text))).toEqual([message]);
  });

  it("fills in a message by the form, with a preset", async () => {
    const { page, show } = await open(createSampleSource([]));
    await show("#/submit");
    await page.getByLabel("How its API says that a job is done").selectOption("replicate");
    const editor = page.getByRole("textbox", { name: "Message", exact: true });
    await expect.poll(async () => JSON.parse(await editor.inputValue()).until).toBe("replicate");
  });

  it("changes its theme, and keeps it when it is loaded again", async () => {
    const { page } = await open(createSampleSource([]), { colorScheme: "light" });
    const background = () =>
      page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
    const light = await background();
    const theme = page.getByRole("button", { name: /^Theme/ });
    while (!(await theme.textContent())?.includes("dark")) await theme.click();
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.reload();
    await theme.getByText("dark").waitFor();
    expect(await background()).toBe(dark);
  });
});
