import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MemoryTable, memoryTable } from "../../support/memory-table.ts";
import type { Fault } from "./faulty-table.ts";
import { forge, MAX_RETRIES, type Move, make, movesWith, SUBMISSION } from "./moves.ts";
import { MAX_RECEIVES, ProtocolWorld } from "./protocol-world.ts";

async function play(table: MemoryTable, made: readonly Move[]): Promise<ProtocolWorld> {
  const world = new ProtocolWorld(table);
  world.submit(SUBMISSION);
  for (const move of made) {
    await make(world, move);
    checkSafety(world);
  }
  return world;
}

function checkSafety(world: ProtocolWorld): void {
  const faults = world.faults + world.tableCall.failed;
  const delivered = world.outcomes.get("p") ?? [];
  check(new Set(delivered).size <= 1, "outcomes");
  check(delivered.length > 0 || world.alive > 0, "messages of a poll");
  // One more per invocation that has sent a successor and not yet deleted the message.
  check(world.alive <= 1 + faults + world.attempts.length, "messages at once");
  check(world.requests <= MAX_RETRIES + 1 + faults, "requests");
  check(!world.isCancelled || delivered.every((json) => json.includes("cancelled")), "ends");
  check(world.requestsOfCancelled === 0, "requests of a cancelled poll");
  check(world.aborts <= 1, "aborts");
  check(world.forgedGains === 0, "requests and outcomes of a forger");
}

/** Like `expect`, without its cost: it is checked after each of a million moves. */
function check(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** Runs without faults until every poll has ended. */
async function settle(world: ProtocolWorld): Promise<void> {
  world.answer = "pending";
  world.delaySeconds = 30;
  for (let round = 0; world.alive > 0 || world.attempts.length > 0; round++) {
    check(round < 100, "rounds until the poll has ended");
    for (let nth = world.deadLetters.length; nth > 0; nth--) world.redrive(0);
    for (let nth = world.queue.length; nth > 0; nth--) world.receive(0);
    while (world.attempts.length > 0) await world.step(0);
    checkSafety(world);
    world.advance(901_000);
  }
  check((world.outcomes.get("p")?.length ?? 0) > 0, "deliveries");
}

const anySequenceOfMoves = (tableOf: () => MemoryTable) =>
  fc.asyncProperty(movesWith(), async (made) => settle(await play(tableOf(), made)));

const GOES_WELL = { do: "step", nth: 0, fault: "none" } as const;

/** Forgers start after the poll has been claimed, because the first claim of a pollId owns it. */
const CLAIMED: readonly Move[] = [
  { do: "receive", nth: 0, again: false, answer: "pending", delaySeconds: 5 },
  GOES_WELL,
  GOES_WELL,
];

const anySequenceWithForgers = (tableOf: () => MemoryTable) =>
  fc.asyncProperty(movesWith({ weight: 3, arbitrary: forge }), async (made) =>
    settle(await play(tableOf(), [...CLAIMED, ...made])),
  );

describe("the fence's protocol", () => {
  it("loses no poll, decides each once and lets no fork continue, whatever fails in whatever order", async () => {
    await fc.assert(anySequenceOfMoves(memoryTable), { numRuns: 1500 });
  });

  it("gives a forger no request, no outcome and no influence on a poll", async () => {
    await fc.assert(anySequenceWithForgers(memoryTable), { numRuns: 1000 });
  });

  it.each([{ sequence: 7 }, { copyId: "x", sequence: Number.MAX_SAFE_INTEGER }])(
    "dead-letters a poll whose pollId a forger has claimed before, so that it is not lost (%j)",
    async (forged) => {
      const world = new ProtocolWorld(memoryTable());
      for (const body of [{ ...forged, pollId: "p", request: {} }, SUBMISSION]) {
        world.submit(body);
        world.receive(0);
        while (world.attempts.length > 0) await world.step(0);
      }
      expect(world.deadLetters.map(({ body }) => body)).toEqual([SUBMISSION]);
    },
  );

  it("fails when proofs and requests are not compared", async () => {
    const run = await fc.check(anySequenceWithForgers(trusting), {
      numRuns: 3000,
      endOnFailure: true,
    });
    expect(run.failed).toBe(true);
  });

  it("makes no needless request when nothing fails", async () => {
    const world = new ProtocolWorld(memoryTable());
    world.submit(SUBMISSION);
    await settle(world);
    expect(world.requests).toBe(MAX_RETRIES + 1);
    expect(world.outcomes.get("p")).toHaveLength(1);
  });

  describe("with a first message that SQS dead-letters while it is being processed, redriven at once", () => {
    const received = { nth: 0, answer: "pending", delaySeconds: 0 } as const;
    const made: Move[] = [
      ...Array<Move>(MAX_RECEIVES + 1).fill({ do: "receive", ...received, again: true }),
      GOES_WELL,
      GOES_WELL,
      { do: "redrive", nth: 0 },
      { do: "receive", ...received, again: false },
      ...Array<Move>(5).fill({ do: "step", nth: MAX_RECEIVES, fault: "none" }),
      ...Array<Move>(MAX_RECEIVES).fill({ do: "crash", nth: 0 }),
    ];

    it("loses nothing when that invocation dies", async () => {
      const world = await play(memoryTable(), made);
      expect(world.deadLetters).toHaveLength(0);
      await settle(world);
    });

    it("would lose the poll if a second submission were dropped during a lease", async () => {
      await expect(play(droppingSubmissions(), made)).rejects.toThrow("messages of a poll");
    });
  });

  it.each<readonly Fault[]>([
    ["lateAndDone", "none"],
    ["lateAndNotDone", "none"],
    ["lateAndDone", "refused"],
    ["lateAndDone", "ambiguous"],
    ["lateAndNotDone", "refused", "lateAndDone", "refused"],
    ["lateAndDone", "refused", "lateAndNotDone", "refused"],
  ])(
    "makes the request of a first message at once after it was held during its claim (%s, give-back: %s, %s, %s)",
    async (...faults) => {
      const world = new ProtocolWorld(memoryTable());
      world.submit({ ...SUBMISSION, delaySeconds: 43_200 });
      for (let hold = 0; hold < faults.length; hold += 2) {
        world.receive(0);
        await world.step(0);
        await world.step(0, faults[hold]);
        await world.step(0);
        await world.step(0, faults[hold + 1]);
        while (world.attempts.length > 0) await world.step(0);
        expect(world.requests).toBe(0);
      }
      world.receive(0);
      while (world.attempts.length > 0) await world.step(0);
      expect(world.requests).toBe(1);
    },
  );

  it.each<[string, () => MemoryTable]>([
    ["every claim is granted", withoutClaims],
    ["an outcome can be decided twice", decidingTwice],
    ["a tombstone replaces the lease", withTombstones],
    ["a fork counts as a redelivery", withoutCopyIds],
    ["an abort can be marked twice", markingTwice],
    ["a cancellation replaces an outcome", cancellingLate],
    ["a claim is granted after a cancellation", grantingAfterCancel],
  ])("fails when %s", async (_name, tableOf) => {
    const run = await fc.check(anySequenceOfMoves(tableOf), { numRuns: 3000, endOnFailure: true });
    expect(run.failed).toBe(true);
  });
});

function withoutClaims(): MemoryTable {
  const table = memoryTable();
  return {
    ...table,
    async claim(claim, now) {
      table.rows.delete(claim.pollId);
      return table.claim(claim, now);
    },
  };
}

function decidingTwice(): MemoryTable {
  return { ...memoryTable(), decide: async (_claim, outcome) => outcome };
}

function markingTwice(): MemoryTable {
  return { ...memoryTable(), markAbort: async () => true };
}

function cancellingLate(): MemoryTable {
  const table = memoryTable();
  return {
    ...table,
    cancel(pollId, outcome) {
      const { outcome: _, ...row } = table.rows.get(pollId) ?? {};
      if ("seen" in row) table.rows.set(pollId, row);
      return table.cancel(pollId, outcome);
    },
  };
}

function grantingAfterCancel(): MemoryTable {
  const table = memoryTable();
  return {
    ...table,
    cancel(pollId, outcome) {
      const isCancelled = table.cancel(pollId, outcome);
      const { outcome: _, ...row } = table.rows.get(pollId) ?? {};
      if (isCancelled && "seen" in row) table.rows.set(pollId, row);
      return isCancelled;
    },
  };
}

function withTombstones(): MemoryTable {
  const table = memoryTable();
  return {
    ...table,
    async claim(claim, now) {
      const row = table.rows.get(claim.pollId);
      const wasSeen = row !== undefined && row.outcome === undefined && claim.sequence <= row.seen;
      return wasSeen ? { kind: "superseded", by: "successor" } : table.claim(claim, now);
    },
  };
}

function droppingSubmissions(): MemoryTable {
  const table = memoryTable();
  return {
    ...table,
    async claim(claim, now) {
      const decision = await table.claim(claim, now);
      return decision.kind === "leased" && decision.owner === "another"
        ? { kind: "superseded", by: "copy" }
        : decision;
    },
  };
}

function trusting(): MemoryTable {
  const table = memoryTable();
  return {
    ...table,
    async claim(claim, now) {
      const { proof = claim.proof, digest } = table.rows.get(claim.pollId) ?? {};
      return table.claim({ ...claim, proof, ...(digest !== undefined && { digest }) }, now);
    },
  };
}

function withoutCopyIds(): MemoryTable {
  const { claim, ...table } = memoryTable();
  return { ...table, claim: (of, now) => claim({ ...of, copyId: "", isSubmission: false }, now) };
}
