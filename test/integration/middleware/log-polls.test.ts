import middy from "@middy/core";
import { describe, expect, it } from "vitest";
import { completed, eachRecord, pollingMiddleware } from "../../../middleware/index.ts";
import { createTestQueue, lambdaContext, sqsEvent, sqsRecord } from "../../kit/index.ts";

/** A value that JSON can hold, and that is no text and cannot become one. */
const NO_TEXT = { toString: 1, valueOf: 1 };

async function run(...bodies: readonly object[]) {
  const polls = createTestQueue();
  const outcomes = createTestQueue({ clock: polls.clock });
  const lines: { readonly message: string; readonly [field: string]: unknown }[] = [];
  const metrics: string[] = [];
  const handler = middy()
    .use(
      pollingMiddleware({
        queueUrl: polls.url,
        outcomeQueueUrl: outcomes.url,
        client: polls.client,
        logPolls: true,
        metrics: { namespace: "Polls", write: (line) => metrics.push(line) },
        logger: (line) => lines.push(line),
      }),
    )
    .handler(
      eachRecord(async ({ body }) => {
        const { pollId, status = "succeeded", ...more } = JSON.parse(body);
        return completed({ pollId, status, ...more });
      }),
    );
  const records = bodies.map((body) => sqsRecord({ body }));
  const response = await handler(sqsEvent(...records), lambdaContext());
  return { response, messages: lines.map(({ message }) => message), metrics };
}

describe("logPolls", () => {
  it("logs a batch in which a message is held that nobody has checked", async () => {
    const notBefore = Date.now() + 600_000;
    const hostile = [NO_TEXT, [NO_TEXT], null, 5].map((pollId) => ({ pollId, notBefore }));
    const { response, messages } = await run({ pollId: "good" }, ...hostile);
    expect(response).toEqual({ batchItemFailures: [] });
    expect(messages).toContain("poll ended");
    expect(messages).not.toContain("polls not logged");
  });

  it("logs and counts an outcome whose times are none", async () => {
    const times = { startedAt: NO_TEXT, finishedAt: [NO_TEXT] };
    const { response, messages, metrics } = await run({ pollId: "own", ...times });
    expect({ response, messages }).toEqual({
      response: { batchItemFailures: [] },
      messages: ["poll ended"],
    });
    expect(metrics).toHaveLength(1);
  });
});
