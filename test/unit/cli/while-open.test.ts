import { expect, it } from "vitest";
import { whileOpen } from "../../../infra/cli/console/while-open.ts";

it("waits for no page when it must not", async () => {
  await whileOpen({ pages: 0 }, new AbortController().signal, 0);
});

it("waits for a page that is not open yet, until it is stopped", async () => {
  const stop = new AbortController();
  let looks = 0;
  const page = {
    get pages() {
      if (++looks === 2) stop.abort(new Error("stopped"));
      return 0;
    },
  };
  await expect(whileOpen(page, stop.signal, 300)).rejects.toThrow("stopped");
  expect(looks).toBe(2);
});

it("goes on while a page is open, and some seconds after, as long as it may be loaded again", async () => {
  const stop = new AbortController();
  let looks = 0;
  const page = {
    get pages() {
      if (++looks === 3) stop.abort(new Error("stopped"));
      return looks === 1 ? 1 : 0;
    },
  };
  await expect(whileOpen(page, stop.signal, 1)).rejects.toThrow("stopped");
});
