import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RecordControl } from "../../../lib/batch/each-record.ts";
import { completed } from "../../../lib/batch/record-result.ts";
import { createFence } from "../../../lib/fence/create-fence.ts";
import { dynamoDbTable } from "../../../lib/fence/dynamodb-table.ts";
import { outcomeOf } from "../../../lib/outcome/outcome.ts";
import { statusOf } from "../../../lib/polls/poll-status.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { sqsRecord } from "../../kit/records.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";
import { rowBytes, WRITE_UNIT_BYTES } from "../../support/row-bytes.ts";

let local: LocalTable;
beforeAll(async () => {
  local = await startLocalTable();
});
afterAll(() => local.close());

const NOW = 1_700_000_000_000;
const control: RecordControl = {
  signal: new AbortController().signal,
  deadline: { budgetMs: 60_000, remainingMs: () => 60_000 },
  context: lambdaContext(() => 60_000),
};

/** A fence on the local table, and a submission of the poll. */
function setUp(pollId: string, more: object = {}) {
  const table = dynamoDbTable({ tableName: local.tableName, client: local.documents });
  const fence = createFence({ table, now: () => NOW, ...more });
  const request = { url: "https://api.example.com/jobs/1?key=abc", method: "GET" };
  const poll = sqsRecord({ body: { pollId, request, delaySeconds: 10, maxRetries: 5 } });
  const status = async (at = NOW) => statusOf(await local.row(pollId), at);
  return { fence, poll, status, request };
}

describe("a poll's row", () => {
  it("says that it is asked, from its claim on, in less than a write unit", async () => {
    const { fence, poll, status } = setUp("asked");
    await fence.claim(poll, control);
    expect(await status()).toMatchObject({
      state: "asking",
      origin: "https://api.example.com",
      method: "GET",
      maxRetries: 5,
    });
    expect(await status(NOW + 20_000)).toMatchObject({ state: "waiting" });
    expect(rowBytes(await local.row("asked"))).toBeLessThan(WRITE_UNIT_BYTES);
  });

  it("says that it waits, once its lease is given back", async () => {
    const { fence, poll, status } = setUp("held");
    await fence.claim(poll, control);
    await fence.giveBack(poll);
    expect(await status()).toMatchObject({ state: "waiting" });
  });

  it("says how it has ended", async () => {
    const { fence, poll, status } = setUp("ended");
    await fence.claim(poll, control);
    const identity = { pollId: "ended", retryCount: 0, startedAt: NOW };
    await fence.decide(poll, completed(outcomeOf(identity, { status: "succeeded" }, NOW)));
    expect(await local.row("ended")).toMatchObject({ state: "succeeded", changedAt: NOW });
    expect(await status()).toMatchObject({ state: "succeeded" });
  });

  it("says how it has ended between two checkpoints, where its end is its claim", async () => {
    const { fence, request, status } = setUp("unclaimed", { checkpointEvery: 10 });
    const said = { pollId: "unclaimed", retryCount: 3, sequence: 4, copyId: "c", proof: "proof" };
    const poll = sqsRecord({ body: { ...said, request } });
    expect(await fence.claim(poll, control)).toBeUndefined();
    const identity = { pollId: "unclaimed", retryCount: 3, startedAt: NOW };
    await fence.decide(poll, completed(outcomeOf(identity, { status: "failed" }, NOW)));
    expect(await local.row("unclaimed")).toMatchObject({ state: "failed", changedAt: NOW });
    expect(await status()).toMatchObject({ state: "failed", origin: "https://api.example.com" });
  });
});
