import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type MemoryTable, memoryTable } from "../../support/memory-table.ts";
import { type Choose, inEveryOrder } from "./every-order.ts";
import type { Fault } from "./faulty-table.ts";
import { type Answer, ProtocolWorld } from "./protocol-world.ts";

const SUBMISSION = { pollId: "p", maxRetries: 5, start: { url: "https://a.example/" } };

/** What can happen at a step instead of what should. */
const MISHAPS = [
  ...(["refused", "ambiguous", "lateAndDone", "lateAndNotDone"] satisfies Fault[]),
  ...(["crash", "receivedTwice", "submittedTwice", "timePasses"] as const),
  ...(["redriven", "cancelled", "anotherGoesFirst"] as const),
];

type Mishap = (typeof MISHAPS)[number];

/** The step after which nothing goes wrong any more: the message after the start has claimed its poll by then. */
const LAST_MISHAP = 14;

/** Runs one poll to its end with mishaps at steps that `choose` chooses, and checks it. */
async function run(
  table: MemoryTable,
  answers: readonly Answer[],
  mostMishaps: number,
  choose: Choose,
): Promise<void> {
  const world = new ProtocolWorld(table);
  world.submit(SUBMISSION);
  const made: string[] = [];
  let received = 0;
  const receive = (again: boolean) => {
    world.answer = answers[received++] ?? "done";
    world.receive(0, again);
  };
  for (let steps = 0; world.alive > 0 || world.attempts.length > 0; steps++) {
    if (steps > 1000) throw new Error(`has not ended after ${made.join(", ")}`);
    if (world.attempts.length === 0) {
      while (world.deadLetters.length > 0) world.redrive(0);
      receive(false);
      if (world.attempts.length === 0) world.advance(61_000);
      continue;
    }
    const isAlone = world.attempts.length === 1;
    const mayGoWrong = made.length < mostMishaps && steps < LAST_MISHAP;
    const possible = mayGoWrong ? MISHAPS.length - (isAlone ? 1 : 0) : 0;
    const mishap = MISHAPS[choose(possible + 1) - 1];
    if (mishap !== undefined) made.push(`${mishap} at ${steps}`);
    await makeStep(world, mishap, receive);
  }
  try {
    checkEnd(world, mostMishaps);
  } catch (error) {
    throw new Error(`${made.join(", ")}: ${error instanceof Error ? error.message : error}`);
  }
}

async function makeStep(
  world: ProtocolWorld,
  mishap: Mishap | undefined,
  receive: (again: boolean) => void,
): Promise<void> {
  switch (mishap) {
    case undefined:
      return world.step(0);
    case "crash":
      return world.crash(0);
    case "receivedTwice":
      return receive(true);
    case "submittedTwice":
      return world.submit(SUBMISSION);
    case "timePasses":
      return world.advance(9000);
    case "redriven":
      return world.redeliver();
    case "cancelled":
      return world.cancel();
    case "anotherGoesFirst":
      return world.step(1);
    default:
      return world.step(0, mishap);
  }
}

/** The table alone makes a start unknown only when two things fail, the second of them a call of the table. */
function checkEnd(world: ProtocolWorld, mostMishaps: number): void {
  const { jobs, outcomes, causesOfUnknown, tableCall, throws, isCancelled } = world;
  const delivered = new Set(outcomes.get("p"));
  if (jobs.length > 1) throw new Error(`started ${jobs.length} times`);
  if (delivered.size !== 1) throw new Error(`${delivered.size} outcomes`);
  const { status, job } = JSON.parse([...delivered][0] ?? "{}");
  if (isCancelled !== (status === "cancelled")) throw new Error("a cancellation is lost");
  if (world.aborts > 1) throw new Error(`aborted ${world.aborts} times`);
  if (world.requestsOfCancelled > 0) throw new Error("a request of a cancelled poll");
  if (isCancelled) return;
  if (status !== "unknown start") {
    if (job !== jobs[0]) throw new Error("the running job is lost");
  } else if (causesOfUnknown === 0) {
    const needed = mostMishaps > 2 ? 1 : 2;
    if (tableCall.failed + throws < needed) throw new Error("unknown without a cause");
  }
}

const everyRun = (tableOf: () => MemoryTable, answers: readonly Answer[], mishaps: number) =>
  inEveryOrder((choose) => run(tableOf(), answers, mishaps, choose));

/** Runs with up to thirty mishaps, drawn at random. */
const anyRun = (tableOf: () => MemoryTable) =>
  fc.asyncProperty(
    fc.array(fc.nat(4 * MISHAPS.length), { minLength: 20, maxLength: 150, size: "max" }),
    fc.array(fc.constantFrom<Answer>("pending", "busy", "throws", "held", "done")),
    (drawn, answers) => {
      let place = 0;
      const choose: Choose = (options) => {
        const option = drawn[place++] ?? 0;
        return option < options ? option : 0;
      };
      return run(tableOf(), answers, 30, choose);
    },
  );

describe("a start that must be made at most once", () => {
  it.each<[string, number, Answer[]]>([
    ["a start that ends the poll at once", 2, ["done"]],
    ["a job that is polled", 2, ["pending", "pending", "pending", "done"]],
    ["a job that is polled, after a server that was busy", 1, ["busy", "pending", "pending"]],
    ["a job that is polled, after a failure before the start", 1, ["throws", "pending", "done"]],
    ["a job that is polled, after a hold before the claim", 1, ["held", "pending", "done"]],
  ])(
    "is made once, and its job is not lost, whatever goes wrong at any step: %s",
    async (_name, mishaps, answers) => {
      expect(await everyRun(memoryTable, answers, mishaps)).toBeGreaterThan(50);
    },
  );

  it("is made once, and its job is not lost, with many mishaps in any order", async () => {
    await fc.assert(anyRun(memoryTable), { numRuns: 1000 });
  });

  it.each<[string, () => MemoryTable, RegExp]>([
    ["the claim does not say that it starts", withoutMarks, /started 2 times/],
    ["what comes next is not kept", keepingNothing, /unknown without a cause|unknown start/],
  ])("would not be, when %s", async (_name, tableOf, found) => {
    await expect(everyRun(tableOf, ["busy", "pending"], 2)).rejects.toThrow(found);
  });
});

function withoutMarks(): MemoryTable {
  const table = memoryTable();
  return { ...table, claim: ({ isStart: _, ...claim }, now) => table.claim(claim, now) };
}

function keepingNothing(): MemoryTable {
  const table = memoryTable();
  return {
    ...table,
    keepNext: async () => undefined,
    giveBack: (claim) => table.giveBack(claim),
  };
}
