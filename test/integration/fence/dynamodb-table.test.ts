import { once } from "node:events";
import http from "node:http";
import net from "node:net";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Claim } from "../../../lib/fence/claim-decision.ts";
import { dynamoDbTable } from "../../../lib/fence/dynamodb-table.ts";
import type { PollTable } from "../../../lib/fence/poll-table.ts";
import { documentClient, type LocalTable, startLocalTable } from "../../support/local-table.ts";
import { memoryTable } from "../../support/memory-table.ts";
import { sampleClaims } from "../../support/sample-claims.ts";

let local: LocalTable;
let table: PollTable;
beforeAll(async () => {
  local = await startLocalTable();
  table = dynamoDbTable({ tableName: local.tableName, client: local.documents });
});
afterAll(() => local.close());

const NOW = 1_700_000_000_000;
const { newPollId, claim } = sampleClaims(NOW);

const stateAt = (state: string, changedAt: number) => ({ state, changedAt, progress: "{}" });
describe("dynamoDbTable", () => {
  it("keeps one row per poll, with its ttl in epoch seconds", async () => {
    const pollId = newPollId();
    const made = claim(pollId);
    expect(await table.claim(made, NOW)).toEqual({ kind: "claimed", proof: "proof" });
    await table.decide(made, Uint8Array.of(7));
    expect(await local.row(pollId)).toEqual({
      pollId,
      seen: 3,
      owner: "c",
      claimId: made.claimId,
      leaseUntil: NOW + 1000,
      proof: "proof",
      proofClaimId: made.claimId,
      outcome: Uint8Array.of(7),
      ttl: 1_800_000_000,
    });
  });

  it("decides as the table in memory does, for any calls in any order", async () => {
    const anyCall = fc.record({
      action: fc.constantFrom(
        ...(["claim", "claim", "claim", "claim"] as const),
        ...([
          "decide",
          "claimAndDecide",
          "giveBack",
          "keepLease",
          "keepNext",
          "markAbort",
          "writeState",
          "writeDelivery",
          "claimOfVersionBefore",
        ] as const),
      ),
      isStart: fc.boolean(),
      sequence: fc.integer({ min: 0, max: 3 }),
      copyId: fc.constantFrom("a", "b"),
      isSubmission: fc.boolean(),
      proof: fc.constantFrom("proof", "proof", "another"),
      digest: fc.constantFrom("digest", "digest", "another"),
      delayMs: fc.constantFrom(0, 500, 2000),
      isHeldBefore: fc.boolean(),
      after: fc.constantFrom(0, 500, 1000),
      nth: fc.nat(3),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(anyCall, { minLength: 1, maxLength: 12 }), async (calls) => {
        const model = memoryTable();
        const pollId = newPollId();
        const made: Claim[] = [];
        const notes = () => {
          const abortClaimId = model.aborts.get(pollId);
          return { ...model.notes.get(pollId), ...(abortClaimId && { abortClaimId }) };
        };
        let now = NOW;
        for (const { action, after, nth, digest, isStart, isHeldBefore, ...call } of calls) {
          const { isSubmission, proof, sequence, delayMs } = call;
          const by = {
            ...call,
            ...(isSubmission && { sequence: 0 }),
            ...(isStart && { isStart, startedAt: now }),
            ...(isHeldBefore && { unaskedClaimIds: made.slice(-2).map(({ claimId }) => claimId) }),
          };
          now += after;
          const earlier = made[nth];
          const row = model.rows.get(pollId);
          if (action === "claim" || action === "claimAndDecide") {
            const more = { ...(isSubmission && { digest }), rowState: stateAt("asking", now) };
            const asked = claim(pollId, { ...by, ...more, leaseUntil: now + 1000 });
            made.push(asked);
            const decision = (of: PollTable) =>
              action === "claim"
                ? of.claim(asked, now)
                : of.claimAndDecide(asked, Uint8Array.of(8, nth));
            expect(await decision(table)).toEqual(await decision(model));
          } else if (earlier !== undefined && action === "decide") {
            const outcome = Uint8Array.of(nth);
            const facts = { isUnknownStart: isStart, hasStartedNothing: isSubmission };
            const counts = (of: PollTable) =>
              of.decide(earlier, outcome, facts).catch(() => "it went on");
            expect(await counts(table)).toEqual(await counts(model));
          } else if (earlier !== undefined && action === "keepNext") {
            const next = Uint8Array.of(nth);
            await Promise.all([table.keepNext(earlier, next), model.keepNext(earlier, next)]);
          } else if (earlier !== undefined && action === "keepLease") {
            const until = now + 2000;
            await Promise.all([table.keepLease(earlier, until), model.keepLease(earlier, until)]);
          } else if (action === "markAbort") {
            const isMarked = (of: PollTable) =>
              of.markAbort(pollId, `abort ${nth}`, { onlyClaimed: isStart });
            expect(await isMarked(table)).toBe(await isMarked(model));
          } else if (action === "writeState") {
            const said = stateAt("waiting", now - delayMs);
            const who = isSubmission || earlier === undefined ? { proof, sequence } : earlier;
            await Promise.all([table, model].map((of) => of.writeState?.(pollId, who, said)));
          } else if (action === "writeDelivery") {
            const said = { attempts: nth, ...(isSubmission && { since: now }) };
            await Promise.all([table, model].map((of) => of.writeDelivery?.(pollId, said)));
          } else if (action === "claimOfVersionBefore") {
            const { sequence: seen, copyId: owner } = by;
            const claimed = { seen, owner, claimId: claim(pollId).claimId, leaseUntil: now };
            model.rows.set(pollId, { ...row, ...claimed });
            const Item = { pollId, ...row, ...notes(), ...claimed };
            await local.documents.send(new PutCommand({ TableName: local.tableName, Item }));
          } else if (earlier !== undefined) {
            const options = isStart ? { next: Uint8Array.of(9, nth) } : {};
            await Promise.all([table.giveBack(earlier, options), model.giveBack(earlier, options)]);
          }
        }
        const { ttl: _, ...row } = { ttl: 0, ...(await local.row(pollId)) };
        const expected = model.rows.get(pollId);
        expect(row).toEqual(expected === undefined ? {} : { pollId, ...expected, ...notes() });
      }),
      { numRuns: 100 },
    );
  });

  it("grants one of many simultaneous claims", async () => {
    const pollId = newPollId();
    const copies = Array.from({ length: 20 }, (_, copy) => claim(pollId, { copyId: `c${copy}` }));
    const decisions = await Promise.all(copies.map((copy) => table.claim(copy, NOW)));
    expect(decisions.filter(({ kind }) => kind === "claimed")).toHaveLength(1);
    expect(decisions.filter(({ kind }) => kind === "superseded")).toHaveLength(19);
  });

  it("grants a claim again that the SDK sent twice", async () => {
    const twice = claim(newPollId());
    await table.claim(twice, NOW);
    expect(await table.claim(twice, NOW)).toEqual({ kind: "claimed", proof: "proof" });
  });

  it("forgets a start once the message after it has claimed, so that the row stays small", async () => {
    const pollId = newPollId();
    const start = claim(pollId, { isStart: true });
    await table.claim(start, NOW);
    await table.keepNext(start, Uint8Array.of(1));
    expect(await local.row(pollId)).toMatchObject({ startClaimId: start.claimId });
    await table.claim(claim(pollId, { sequence: 4 }), NOW);
    const names = Object.keys((await local.row(pollId)) ?? {}).toSorted();
    expect(names.join(" ")).toBe("claimId leaseUntil owner pollId proof proofClaimId seen ttl");
  });

  it("rejects a decision for a poll without a row, and writes no row", async () => {
    const pollId = newPollId();
    await expect(table.decide(claim(pollId), Uint8Array.of(1))).rejects.toThrow("row");
    expect(await local.row(pollId)).toBeUndefined();
  });

  it("rejects when the table does not exist", async () => {
    const none = dynamoDbTable({ tableName: "nowhere", client: local.documents });
    await expect(none.claim(claim("p"), NOW)).rejects.toMatchObject({
      name: "TableRefusalError",
      message: expect.stringContaining("table nowhere: ResourceNotFoundException: "),
    });
  });

  it("distinguishes a claim that was never written from one that may have been", async () => {
    const away = dynamoDbTable({
      tableName: "polls",
      client: documentClient("http://127.0.0.1:1"),
    });
    await expect(away.claim(claim("p"), NOW)).rejects.toMatchObject({ name: "TableRefusalError" });
    const server = net.createServer((socket) => socket.once("data", () => socket.destroy()));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const cut = dynamoDbTable({
      tableName: "polls",
      client: documentClient(`http://127.0.0.1:${port}`),
    });
    await expect(cut.claim(claim("p"), NOW)).rejects.not.toMatchObject({
      name: "TableRefusalError",
    });
    server.close();
    await once(server, "close");
  });

  it.each([
    ["was throttled each time", [400, 400], "TableRefusalError"],
    ["was throttled after a try that may have been written", [500, 400], "ThrottlingException"],
  ])("distinguishes a call that %s", async (_how, statuses, name) => {
    const left = [...statuses];
    const server = http.createServer((_request, response) => {
      const status = left.shift() ?? 400;
      const __type = status === 400 ? "ThrottlingException" : "InternalServerError";
      response.writeHead(status, { "content-type": "application/x-amz-json-1.0" });
      response.end(JSON.stringify({ __type, message: "later" }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const client = documentClient(`http://127.0.0.1:${port}`, statuses.length);
    const retried = dynamoDbTable({ tableName: "polls", client });
    await expect(retried.claim(claim("p"), NOW)).rejects.toMatchObject({ name });
    expect(left).toEqual([]);
    client.destroy();
    server.close();
    await once(server, "close");
  });

  it("aborts a call by its signal", async () => {
    const signal = AbortSignal.abort();
    await expect(table.claim(claim(newPollId()), NOW, { signal })).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  it("refuses wrong and unknown options", () => {
    expect(() => dynamoDbTable({ tableName: "" })).toThrow("tableName must be a table's name");
    const unknown = { tableName: "polls", ttl: 3 };
    expect(() => dynamoDbTable(unknown)).toThrow("dynamoDbTable: unknown option ttl");
  });
});

describe("dynamoDbTable on a DynamoDB that returns the item with a refusal, as AWS does", () => {
  const answering = async (Item: object) => {
    const asked: (string | undefined)[] = [];
    const server = http.createServer((request, response) => {
      asked.push(request.headers["x-amz-target"]?.toString().split(".")[1]);
      response.writeHead(400, { "content-type": "application/x-amz-json-1.0" });
      const __type = "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException";
      response.end(JSON.stringify({ __type, message: "The conditional request failed", Item }));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    const port = typeof address === "object" ? address?.port : undefined;
    const client = documentClient(`http://127.0.0.1:${port}`);
    return {
      asked,
      table: dynamoDbTable({ tableName: "polls", client }),
      async [Symbol.asyncDispose]() {
        client.destroy();
        server.close();
        await once(server, "close");
      },
    };
  };
  const row = {
    pollId: { S: "p" },
    seen: { N: "5" },
    owner: { S: "d" },
    claimId: { S: "other" },
    leaseUntil: { N: String(NOW) },
    ttl: { N: "1" },
  };

  it("reads no row after a refusal", async () => {
    await using aws = await answering(row);
    const decision = await aws.table.claim(claim("p"), NOW);
    expect(decision).toEqual({ kind: "superseded", by: "successor" });
    expect(aws.asked).toEqual(["UpdateItem"]);
  });

  it("takes the outcome from the returned item", async () => {
    await using aws = await answering({ ...row, outcome: { B: "Bw==" } });
    const decision = await aws.table.claim(claim("p", { sequence: 6 }), NOW);
    expect(decision).toEqual({ kind: "ended", outcome: Uint8Array.of(7) });
  });

  it("says when a row has an unknown form", async () => {
    await using aws = await answering({ pollId: { S: "p" }, seen: { S: "five" } });
    await expect(aws.table.claim(claim("p"), NOW)).rejects.toThrow(
      "table polls: a poll's row has no valid seen, owner, claimId, leaseUntil",
    );
  });
});
