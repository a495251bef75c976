import { expect, it } from "vitest";
import { lambdaContext, sqsEvent, sqsRecord } from "../../kit/index.ts";
import { startHttpJobs } from "../../support/http-jobs.ts";

it("the record handler of the guide judges by its own preset", async () => {
  const jobs = await startHttpJobs({
    "/1": () => ({ status: 200, headers: { location: "/9" }, body: { state: "printing" } }),
    "/2": () => ({ status: 200, body: { state: "printed", pages: 7 } }),
    "/3": () => ({ status: 200, body: { state: "jammed", reason: "paper" } }),
  });
  try {
    process.env.POLL_ALLOW_PRIVATE = "true";
    const { handle } = await import("../../snippets/judge.ts");
    const records = [1, 2, 3].map((n) => sqsRecord({ body: { printUrl: `${jobs.url}/${n}` } }));
    const settled = await handle(sqsEvent(...records), lambdaContext());
    expect(settled).toMatchObject([
      { value: { kind: "pending", body: { printUrl: `${jobs.url}/9` } } },
      { value: { kind: "completed", outcome: { pages: 7 } } },
      { value: { kind: "completed", outcome: { error: { reason: "paper" } } } },
    ]);
  } finally {
    await jobs.close();
  }
});
