import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cancelWrite } from "../../../lib/fence/cancel-write.ts";
import { conditionalWriter, type WriteItemIf } from "../../../lib/fence/conditional-writer.ts";
import { dynamoDbTable } from "../../../lib/fence/dynamodb-table.ts";
import { unpackOutcome } from "../../../lib/fence/packed-outcome.ts";
import type { PollTable } from "../../../lib/fence/poll-table.ts";
import { outcomeOf } from "../../../lib/outcome/outcome.ts";
import { type LocalTable, startLocalTable } from "../../support/local-table.ts";
import { sampleClaims } from "../../support/sample-claims.ts";

let local: LocalTable;
let table: PollTable;
let writeIf: WriteItemIf;
beforeAll(async () => {
  local = await startLocalTable();
  table = dynamoDbTable({ tableName: local.tableName, client: local.documents });
  writeIf = conditionalWriter(local.tableName, local.documents);
});
afterAll(() => local.close());

const NOW = 1_700_000_000_000;
const { newPollId, claim } = sampleClaims(NOW);
const submission = (pollId: string, digest: string) =>
  claim(pollId, { sequence: 0, copyId: `submission ${digest}`, isSubmission: true, digest });

const cancelled = (pollId: string) =>
  outcomeOf({ pollId, retryCount: 2, startedAt: NOW - 5000 }, { status: "cancelled" }, NOW);
const cancel = (pollId: string) => writeIf(pollId, cancelWrite(cancelled(pollId), "cancel", NOW));

describe("cancelWrite", () => {
  it("ends a poll that is under way for its decision and for each later message", async () => {
    const pollId = newPollId();
    const underWay = claim(pollId);
    await table.claim(underWay, NOW);
    expect(await cancel(pollId)).toMatchObject({ kind: "written" });
    const counts = await table.decide(underWay, Uint8Array.of(1));
    expect(JSON.parse(unpackOutcome(counts) ?? "")).toEqual(cancelled(pollId));
    const ended = { kind: "ended", outcome: counts };
    expect(await table.claim(claim(pollId, { sequence: 4 }), NOW)).toEqual(ended);
    const unclaimed = claim(pollId, { sequence: 9 });
    expect(await table.claimAndDecide(unclaimed, Uint8Array.of(2))).toEqual(ended);
    expect(await local.row(pollId)).toMatchObject({
      ...{ seen: 3, owner: "c", claimId: underWay.claimId, proof: "proof" },
      ...{ state: "cancelled", changedAt: NOW },
    });
  });

  it("ends a poll that no message has claimed, whatever its request and its messages are", async () => {
    const pollId = newPollId();
    await cancel(pollId);
    for (const late of [
      submission(pollId, "a request"),
      submission(pollId, "another request"),
      { ...submission(pollId, "a start"), isStart: true, startedAt: NOW } as const,
      claim(pollId, { sequence: 1 }),
      claim(pollId, { sequence: 7, proof: "another proof" }),
    ]) {
      expect(await table.claim(late, NOW)).toMatchObject({ kind: "ended" });
      expect(await table.claimAndDecide(late, Uint8Array.of(1))).toMatchObject({ kind: "ended" });
    }
  });

  it("changes nothing of a poll that has ended", async () => {
    const pollId = newPollId();
    const last = claim(pollId);
    await table.claim(last, NOW);
    await table.decide(last, Uint8Array.of(1));
    const before = await local.row(pollId);
    expect(await cancel(pollId)).toMatchObject({ kind: "refused" });
    expect(await local.row(pollId)).toEqual(before);
  });

  it("counts once", async () => {
    const pollId = newPollId();
    const results = await Promise.all([cancel(pollId), cancel(pollId), cancel(pollId)]);
    expect(results.filter(({ kind }) => kind === "written")).toHaveLength(1);
  });
});
