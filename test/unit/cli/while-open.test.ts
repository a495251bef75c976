import { expect, it } from "vitest";
import { whileOpen } from "../../../infra/cli/console/while-open.ts";

/** A page with so many viewers after each second, and then with none. @returns the seconds until it is over */
async function secondsUntilOver(pagesBySecond: readonly number[], opensWithinSeconds: number) {
  let seconds = 0;
  const page = {
    get pages() {
      return pagesBySecond[seconds - 1] ?? 0;
    },
  };
  await whileOpen(page, new AbortController().signal, opensWithinSeconds, async () => {
    seconds++;
  });
  return seconds;
}

it("waits for no page when it must not", async () => {
  expect(await secondsUntilOver([], 0)).toBe(0);
});

it("waits for a page that is not open yet, as long as it should", async () => {
  expect(await secondsUntilOver([], 300)).toBe(300);
  expect(await secondsUntilOver([0, 0, 1], 3)).toBe(3 + 5);
});

it("goes on while a page is open, and some seconds after, as long as it may be loaded again", async () => {
  expect(await secondsUntilOver([1], 1)).toBe(1 + 5);
  expect(await secondsUntilOver([1, 1, 0, 0, 1], 1)).toBe(5 + 5);
});

it("ends with the reason of the signal", async () => {
  const stop = new AbortController();
  const stopped = whileOpen({ pages: 1 }, stop.signal);
  stop.abort(new Error("stopped"));
  await expect(stopped).rejects.toThrow("stopped");
});
