import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { CHILD_ENVIRONMENT } from "../../support/child-environment.ts";

const BUNDLE = join(import.meta.dirname, "../../../dist/poller/index.mjs");

it("without QUEUE_URL, says so in one line and shows none of its minified source", async () => {
  const run = promisify(execFile)(process.execPath, [BUNDLE], { env: CHILD_ENVIRONMENT });
  const { stderr } = await run.then(
    () => expect.unreachable("it has started"),
    (error: { readonly stderr: string }) => error,
  );
  expect(stderr).toContain("TypeError: environment: QUEUE_URL must be a queue URL, but is not set");
  expect(stderr.length).toBeLessThan(400);
});
