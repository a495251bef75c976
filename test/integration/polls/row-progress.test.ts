import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RecordControl } from "../../../lib/batch/each-record.ts";
import { completed, held, pending } from "../../../lib/batch/record-result.ts";
import { createFence } from "../../../lib/fence/create-fence.ts";
import { dynamoDbTable } from "../../../lib/fence/dynamodb-table.ts";
import { outcomeOf } from "../../../lib/outcome/outcome.ts";
import { statusOf } from "../../../lib/polls/poll-status.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { sqsRecord } from "../../kit/records.ts";
import { pollCanceller } from "../../support/cancel-poll.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";

let local: LocalTable;
beforeAll(async () => {
  local = await startLocalTable();
});
afterAll(() => local.close());

const NOW = 1_700_000_000_000;
const request = { url: "https://api.example.com/jobs/1?key=abc" };
const control: RecordControl = {
  signal: new AbortController().signal,
  deadline: { budgetMs: 60_000, remainingMs: () => 60_000 },
  context: lambdaContext(() => 60_000),
};

/** A fence on the local table, and the messages of a poll. */
function setUp(pollId: string, more: object = {}) {
  const clock = { now: NOW };
  const table = dynamoDbTable({ tableName: local.tableName, client: local.documents });
  const fence = createFence({ table, now: () => clock.now, newProof: () => "proof", ...more });
  const message = (messageId: string) =>
    sqsRecord({ messageId, body: { pollId, request, delaySeconds: 10 } });
  const next = (sequence: number, copyId: string) =>
    sqsRecord({
      body: { pollId, request, retryCount: sequence, sequence, copyId, proof: "proof" },
    });
  const status = async () => statusOf(await local.row(pollId), clock.now);
  const decide = (record: ReturnType<typeof next>, said: "succeeded" | "failed") => {
    const identity = { pollId, retryCount: 0, startedAt: NOW };
    return fence.decide(record, completed(outcomeOf(identity, { status: said }, clock.now)));
  };
  return { clock, fence, message, next, status, decide };
}

const dueIn = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();

describe("a poll's row", () => {
  it("says that the poll waits once its lease was given back", async () => {
    const { fence, message, status } = setUp("given back");
    const record = message("m");
    await fence.claim(record, control);
    expect(await status()).toMatchObject({ state: "asking" });
    await fence.giveBack(record);
    expect(await status()).toMatchObject({ state: "waiting" });
  });

  it("says how the poll has ended between two checkpoints, where its end is its claim", async () => {
    const { fence, next, status, decide } = setUp("unclaimed", { checkpointEvery: 10 });
    const hop = next(4, "c");
    expect(await fence.claim(hop, control)).toBeUndefined();
    await decide(hop, "failed");
    expect(await local.row("unclaimed")).toMatchObject({ state: "failed", changedAt: NOW });
    expect(await status()).toMatchObject({ state: "failed", origin: "https://api.example.com" });
  });
});

describe("the lease of a submission that waits long, which is kept for it", () => {
  const result = { ...pending({ delaySeconds: 7200 }), waitReason: "retry-after" } as const;

  it("says when the poll is due, and why, without a write more", async () => {
    const { fence, message, status } = setUp("waits long");
    const record = message("m");
    await fence.claim(record, control);
    await fence.keepLease(record, result, NOW);
    expect(await status()).toMatchObject({
      ...{ state: "waiting", dueAt: dueIn(7200), waitsFor: "Retry-After 7200" },
    });
  });

  it("changes nothing of a poll that was cancelled or went on meanwhile, and says nothing without a history", async () => {
    const cancelled = setUp("cancelled meanwhile");
    const record = cancelled.message("m");
    await cancelled.fence.claim(record, control);
    await pollCanceller(local, () => NOW)("cancelled meanwhile");
    await cancelled.fence.keepLease(record, result, NOW);
    expect(await cancelled.status()).toMatchObject({ state: "cancelled" });

    const gone = setUp("went on meanwhile");
    const first = gone.message("m");
    await gone.fence.claim(first, control);
    await gone.fence.claim(gone.next(1, "a"), control);
    await gone.fence.keepLease(first, result, NOW);
    expect(await gone.status()).toMatchObject({ state: "asking" });

    const silent = setUp("silent", { history: "false" });
    const asked = silent.message("m");
    await silent.fence.claim(asked, control);
    await silent.fence.keepLease(asked, result, NOW);
    expect(await local.row("silent")).toMatchObject({ leaseUntil: NOW + 7_200_000 });
    expect(await local.row("silent")).not.toHaveProperty("state");
  });
});

describe("the note of a wait, with History=answers", () => {
  const answers = { history: "answers" };

  it("changes nothing of a claim that took the poll over", async () => {
    const { clock, fence, message, status } = setUp("taken over", answers);
    const [first, second] = [message("m1"), message("m2")];
    await fence.claim(first, control);
    clock.now += 90_000;
    expect(await fence.claim(second, control)).toBeUndefined();
    const row = await local.row("taken over");
    await fence.noteWait(first, pending({ delaySeconds: 10 }), NOW);
    expect(await local.row("taken over")).toEqual(row);
    await fence.noteWait(second, pending({ delaySeconds: 10 }));
    expect(await status()).toMatchObject({ state: "waiting", dueAt: dueIn(100) });
  });

  it("changes nothing of a poll that was cancelled or has ended meanwhile", async () => {
    const { fence, message, next, decide } = setUp("ended", answers);
    const record = message("m");
    await fence.claim(record, control);
    await decide(record, "succeeded");
    const row = await local.row("ended");
    await fence.noteWait(record, pending({ delaySeconds: 10 }));
    await fence.noteWait(next(1, "a"), held({ delaySeconds: 10 }));
    expect(await local.row("ended")).toEqual(row);

    const other = setUp("cancelled", answers);
    const asked = other.message("m");
    await other.fence.claim(asked, control);
    await pollCanceller(local, () => NOW)("cancelled");
    await other.fence.noteWait(asked, pending({ delaySeconds: 10 }));
    expect(await local.row("cancelled")).toMatchObject({ state: "cancelled" });
  });

  it("says that an outcome is not delivered until it is", async () => {
    const { fence, message, status, decide } = setUp("refused", answers);
    const record = message("m");
    await fence.claim(record, control);
    await decide(record, "succeeded");
    const refused = { ...held({ delaySeconds: 5 }), deliveryRefused: true } as const;
    await fence.noteWait(record, refused, NOW);
    expect(await status()).toMatchObject({
      ...{ state: "succeeded", undelivered: { since: dueIn(0), attempts: 1 } },
    });
    const undelivered = { since: NOW, attempts: 1 };
    await fence.noteDelivered(sqsRecord({ body: { pollId: "refused", request, undelivered } }));
    expect(await status()).toMatchObject({ state: "succeeded" });
    expect(await status()).not.toHaveProperty("undelivered");
  });

  it("of a refusal stays behind the delivery, however late it is written", async () => {
    const { fence, message, status, decide } = setUp("late refusal", answers);
    const record = message("m");
    await fence.claim(record, control);
    await decide(record, "succeeded");
    const refused = { ...held({ delaySeconds: 5 }), deliveryRefused: true } as const;
    const again = (attempts: number) =>
      sqsRecord({ body: { pollId: "late refusal", undelivered: { since: NOW, attempts } } });
    await fence.noteWait(record, refused, NOW);
    await fence.noteWait(again(1), refused, NOW);
    expect(await status()).toMatchObject({ undelivered: { attempts: 2 } });
    await fence.noteWait(record, refused, NOW);
    expect(await status()).toMatchObject({ undelivered: { attempts: 2 } });
    await fence.noteDelivered(again(2));
    await fence.noteWait(again(1), refused, NOW);
    expect(await status()).not.toHaveProperty("undelivered");
    // Another copy of it, which was refused more often.
    await fence.noteWait(again(2), refused, NOW);
    await fence.noteDelivered(again(2));
    expect(await status()).toMatchObject({ undelivered: { attempts: 3 } });
  });

  it("of a message that is held before its claim stays behind a newer one", async () => {
    const { clock, fence, message, next, status } = setUp("held", answers);
    await fence.claim(message("m"), control);
    const hop = next(1, "a");
    clock.now += 2000;
    await fence.noteWait(hop, held({ delaySeconds: 60 }));
    expect(await status()).toMatchObject({ state: "held", dueAt: dueIn(62) });
    await fence.noteWait(hop, held({ delaySeconds: 5 }), NOW + 1000);
    expect(await status()).toMatchObject({ dueAt: dueIn(62) });
    await fence.claim(hop, control);
    await fence.noteWait(next(1, "b"), held({ delaySeconds: 60 }));
    expect(await status()).toMatchObject({ state: "asking" });
  });
});
