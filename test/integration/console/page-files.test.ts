import { expect, it } from "vitest";
import { readPageFiles } from "../../../infra/console/server/page-files.ts";

it("the built page is whole, and its files take at most 200 KB together", async () => {
  const files = await readPageFiles(new URL("../../../dist/console", import.meta.url).pathname);
  expect([...files.keys()].sort()).toEqual(["/", "/icon.svg", "/page.css", "/page.js"]);
  const bytes = [...files.values()].reduce((sum, file) => sum + file.bytes.byteLength, 0);
  expect(bytes).toBeLessThanOrEqual(200_000);
});
