import { describe, expect, it } from "vitest";
import { useBrowser } from "./browser.ts";
import { samplePolls } from "./sample-polls.ts";
import { createSampleSource } from "./sample-source.ts";

describe("the page", () => {
  const { open } = useBrowser();

  it("reaches nothing but its own server, and breaks no rule of its policy", async () => {
    const { page, served, problems, requests } = await open(
      createSampleSource(samplePolls(50, Date.now())),
    );
    await page.getByText("job-00001").first().waitFor();
    expect(problems).toEqual([]);
    const origins = new Set(requests.map((url) => new URL(url).origin));
    expect([...origins]).toEqual([new URL(served.address).origin]);
  });
});
