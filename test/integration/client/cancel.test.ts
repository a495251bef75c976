import { text } from "node:stream/consumers";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Claim } from "../../../lib/fence/claim-decision.ts";
import { dynamoDbTable } from "../../../lib/fence/dynamodb-table.ts";
import { packOutcome, unpackOutcome } from "../../../lib/fence/packed-outcome.ts";
import type { PollTable } from "../../../lib/fence/poll-table.ts";
import { outcomeOf } from "../../../lib/outcome/outcome.ts";
import { type ClientWorld, startClientWorld } from "../../support/client-world.ts";
import { documentClient } from "../../support/local-table.ts";
import { serve } from "../../support/running-cli.ts";

let world: ClientWorld;
let table: PollTable;
beforeAll(async () => {
  world = await startClientWorld();
  table = dynamoDbTable({ tableName: world.table.tableName, client: world.table.documents });
});
afterAll(() => world[Symbol.asyncDispose]());

let ids = 0;
const newPollId = () => `poll-${++ids}`;
const claimOf = (pollId: string, more: Partial<Claim> = {}): Claim => ({
  pollId,
  sequence: 0,
  copyId: "first message",
  isSubmission: true,
  proof: "proof",
  digest: "digest",
  delayMs: 0,
  claimId: `claim ${++ids}`,
  leaseUntil: 0,
  ttl: Math.ceil(Date.now() / 1000) + 1000,
  ...more,
});
const successorOf = (claim: Claim): Claim =>
  claimOf(claim.pollId, { sequence: claim.sequence + 1, copyId: "second", isSubmission: false });
const end = (pollId: string, status: "succeeded" | "failed" = "succeeded") =>
  packOutcome({
    kind: "completed",
    outcome: outcomeOf({ pollId, retryCount: 1, startedAt: 0 }, { status }, Date.now()),
  });
const statusIn = (packed: Uint8Array): unknown => JSON.parse(unpackOutcome(packed) ?? "{}").status;

describe("cancel", () => {
  it("ends a poll between two requests: its next message finds the outcome", async () => {
    const claim = claimOf(newPollId());
    await table.claim(claim, Date.now());
    expect(await world.client.cancel(claim.pollId)).toEqual({
      state: "cancelled",
      cancelled: true,
    });
    const next = await table.claim(successorOf(claim), Date.now());
    expect(next.kind === "ended" && statusIn(next.outcome)).toBe("cancelled");
    expect(await world.client.outcome(claim.pollId)).toMatchObject({
      pollId: claim.pollId,
      status: "cancelled",
      outcomeId: expect.stringContaining(claim.pollId),
    });
  });

  it("ends a poll under way: what its request brings is not its outcome", async () => {
    const claim = claimOf(newPollId(), { leaseUntil: Date.now() + 60_000 });
    await table.claim(claim, Date.now());
    await world.client.cancel(claim.pollId);
    expect(statusIn(await table.decide(claim, end(claim.pollId)))).toBe("cancelled");
  });

  it("ends a poll whose first message was not received yet", async () => {
    const pollId = newPollId();
    expect(await world.client.cancel(pollId)).toEqual({ state: "cancelled", cancelled: true });
    for (const claim of [claimOf(pollId), successorOf(claimOf(pollId))]) {
      const decision = await table.claim(claim, Date.now());
      expect(decision.kind === "ended" && statusIn(decision.outcome)).toBe("cancelled");
    }
  });

  it("changes nothing when the poll has ended", async () => {
    const claim = claimOf(newPollId());
    await table.claim(claim, Date.now());
    await table.decide(claim, end(claim.pollId, "failed"));
    expect(await world.client.cancel(claim.pollId)).toEqual({ state: "failed", cancelled: false });
    expect(await world.client.outcome(claim.pollId)).toMatchObject({ status: "failed" });
  });

  it("says so when it was cancelled before", async () => {
    const pollId = newPollId();
    await world.client.cancel(pollId);
    expect(await world.client.cancel(pollId)).toEqual({ state: "cancelled", cancelled: false });
  });

  it("knows its own cancellation when the answer to it was lost", async () => {
    const pollId = newPollId();
    let updates = 0;
    const origin = await serve(async (request, response) => {
      const isUpdate = request.headers["x-amz-target"]?.toString().endsWith("UpdateItem");
      const answer = await fetch(world.table.endpoint, {
        method: "POST",
        headers: {
          "content-type": request.headers["content-type"] ?? "",
          "x-amz-target": String(request.headers["x-amz-target"]),
        },
        body: await text(request),
      });
      const body = await answer.text();
      if (isUpdate && ++updates === 1) response.destroy();
      else response.writeHead(answer.status, { "content-type": "application/json" }).end(body);
    });
    const dynamodb = documentClient(origin, 2);
    const client = world.with({ dynamodb });
    expect(await client.cancel(pollId)).toEqual({ state: "cancelled", cancelled: true });
    expect(updates).toBe(2);
    expect(await client.cancel(pollId)).toEqual({ state: "cancelled", cancelled: false });
    dynamodb.destroy();
  });

  it("is decided once, however claims, the real end and other cancels race with it", async () => {
    const move = fc.constantFrom("cancel", "claim", "decide", "claimAndDecide");
    await fc.assert(
      fc.asyncProperty(fc.boolean(), fc.array(move, { minLength: 2, maxLength: 6 }), race),
      { numRuns: 40 },
    );
  });
});

async function race(isClaimed: boolean, moves: readonly string[]): Promise<void> {
  const pollId = newPollId();
  const first = claimOf(pollId);
  if (isClaimed) await table.claim(first, Date.now());
  const seen: unknown[] = [];
  let wins = 0;
  const run = async (move: string): Promise<void> => {
    if (move === "cancel") {
      const { state, cancelled } = await world.client.cancel(pollId);
      seen.push(state);
      if (cancelled) wins++;
    } else if (move === "claim") {
      const decision = await table.claim(successorOf(first), Date.now());
      if (decision.kind === "ended") seen.push(statusIn(decision.outcome));
    } else if (move === "decide") {
      const decided = await table.decide(first, end(pollId)).catch(() => undefined);
      if (decided !== undefined) seen.push(statusIn(decided));
    } else {
      const decision = await table.claimAndDecide(successorOf(first), end(pollId, "failed"));
      if (decision.kind === "claimed") seen.push("failed");
      if (decision.kind === "ended") seen.push(statusIn(decision.outcome));
    }
  };
  await Promise.all(moves.map(run));
  const outcome = await world.client.outcome(pollId);
  expect(new Set(seen).size).toBeLessThanOrEqual(1);
  expect(wins).toBe(outcome?.status === "cancelled" ? 1 : 0);
  if (seen.length > 0) expect(seen[0]).toBe(outcome?.status);
}
