import type { SQSEvent } from "aws-lambda";
import { expect, vi } from "vitest";
import { loadPoller } from "../../support/poller-bundle.ts";
import { endsWell, invoke, type Sandbox, whenAt } from "./crash-cell.ts";
import { type CrashWorld, startCrashWorld } from "./crash-world.ts";
import { losesStart, type Mishap, type Point, traveller } from "./points.ts";

/** The world of a test file, with two warm sandboxes of the built poller. */
export interface TwoSandboxes extends AsyncDisposable {
  readonly world: CrashWorld;
  readonly first: Sandbox;
  readonly second: Sandbox;
  /** Returns a name that no other cell has. */
  newCell(): string;
}

/** @param history when the rows say where their polls are. `@default` claims */
export async function startTwoSandboxes(
  history: "claims" | "answers" = "claims",
): Promise<TwoSandboxes> {
  // Before the bundle is loaded: it keeps the clock that it finds when it is loaded.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  const world = await startCrashWorld(history);
  let cells = 0;
  return {
    world,
    first: await loadPoller(world.environment),
    second: await loadPoller(world.environment),
    newCell: () => `cell${++cells}`,
    async [Symbol.asyncDispose]() {
      vi.useRealTimers();
      await world[Symbol.asyncDispose]();
    },
  };
}

export interface CellOptions {
  readonly mostTimes?: number;
  readonly remainingMs?: number;
  /** The polls that were cancelled so far: their messages say how their jobs are stopped. `@default` none is */
  readonly cancelled?: ReadonlySet<string>;
  /** Whether some polls are a group. `@default` false */
  readonly group?: boolean;
}

/** Runs a batch in which something happens at a point, and everything after it; returns the polls that failed in it. */
export async function runCell(
  { world, first, second, newCell }: TwoSandboxes,
  point: Point,
  happens: (cell: string, event: SQSEvent) => Promise<Mishap> | Mishap,
  options: CellOptions = {},
): Promise<readonly string[]> {
  const cell = newCell();
  const { cancelled, group = false } = options;
  const event = await world.submit(cell, { abort: cancelled !== undefined, group });
  let mayBeUnknown = false;
  const happen = async () => {
    const mishap = await happens(cell, event);
    mayBeUnknown ||= losesStart(point, mishap);
    return mishap;
  };
  const happening = whenAt(point, cell, happen, options.mostTimes);
  world.atPoint = happening.atPoint;
  const startedAt = performance.now();
  await world.atPoint("received", `${traveller("received")}-${cell}`);
  const response = await invoke(first, event, options.remainingMs);
  await world.atPoint("before the response", `${traveller("before the response")}-${cell}`);
  expect(performance.now() - startedAt).toBeLessThan(options.remainingMs ?? 60_000);
  expect(happening.times, "number of events at the point").toBeGreaterThan(0);
  await world.queues.acknowledge(event, response);
  const end = { mayBeUnknown, hasGroup: group, ...(cancelled && { cancelled }) };
  await endsWell(world, second, cell, end);
  return response.batchItemFailures.map(({ itemIdentifier }) => {
    const record = event.Records.find(({ messageId }) => messageId === itemIdentifier);
    return JSON.parse(record?.body ?? "{}").pollId.replace(`-${cell}`, "");
  });
}

/** The other sandbox receives what is visible now, or the same batch again, and processes it to the end. */
export async function receiveInSecond(
  { world, second }: TwoSandboxes,
  event?: SQSEvent,
): Promise<Mishap> {
  const { queues } = world;
  const batch = event ?? (await queues.event());
  expect(batch.Records.length).toBeGreaterThanOrEqual(5);
  await queues.acknowledge(batch, await invoke(second, batch));
  return "none";
}
