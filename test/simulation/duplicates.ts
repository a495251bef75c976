import type { PollTable } from "../../lib/fence/poll-table.ts";
import { queueWorldOf } from "../kit/queue-world.ts";
import type { CheckOptions } from "./check-scenarios.ts";
import { figuresOf, messageOf } from "./run-scenario.ts";
import type { PollPlan } from "./scenario.ts";
import { createWorld } from "./world.ts";

const HOPS = 100;

const PLAN: PollPlan = {
  submitAfterSeconds: 0,
  againAfterSeconds: [],
  maxRetries: HOPS - 1,
  maxErrors: 0,
  delaySeconds: 30,
  rate: 1,
  expiresAfterSeconds: undefined,
  answers: [],
  finally: "pending",
  latencyMs: 200,
  isPoison: false,
  deliver: [],
};

export interface DuplicateOptions extends Pick<CheckOptions, "isFenced" | "checkpointEvery"> {
  readonly polls: number;
  /** Which share of all messages is delivered twice, from 0 to 1. */
  readonly share: number;
}

/** The cost of duplicates, relative to what is needed: 1 is ideal. */
export interface DuplicateFigures {
  readonly requests: number;
  /** Writes to the table per request. */
  readonly writes: number;
  readonly deliveries: number;
}

/**
 * Runs polls of 100 hops each on a queue that delivers a share of all messages twice: half of them at once, the other
 * half after the visibility timeout, because their delete was forgotten.
 */
export async function measureDuplicates(options: DuplicateOptions): Promise<DuplicateFigures> {
  const { isFenced, checkpointEvery = 1, polls, share } = options;
  // One record per batch: two deliveries in the same batch would be treated as one record.
  const scenario = { seed: 7, isFenced, checkpointEvery, batchSize: 1, maximumConcurrency: 1000 };
  let writes = 0;
  const counted = (table: PollTable): PollTable =>
    new Proxy(table, {
      get(...args) {
        writes++;
        return Reflect.get(...args);
      },
    });
  const none = { polls: [], faults: [], redrives: [] };
  const world = createWorld({ ...scenario, ...none }, new Map(), { table: counted });
  const { clock, ledger, queue, random, stack } = world;
  const half = ({ body }: { readonly body: string }) => {
    const isDuplicate = random() < share / 2;
    if (isDuplicate) ledger.blame([body], undefined);
    return isDuplicate;
  };
  queueWorldOf(clock).faults.set(queue.name, { duplicate: half, forgetDelete: half });
  for (let nth = 0; nth < polls; nth++) {
    ledger.submit(`p${nth}`, PLAN, undefined);
    queue.send(messageOf(PLAN, `p${nth}`, nth, undefined));
  }
  while (queue.messages().length > 0) await clock.advance("1h");
  ledger.check();
  const [violation] = ledger.violations;
  if (violation !== undefined) throw new Error(violation);
  const figures = figuresOf(ledger, stack.invocations.length);
  return {
    requests: figures.requests / (polls * HOPS),
    writes: writes / figures.requests,
    deliveries: figures.deliveries / polls,
  };
}
