import { groupKey, isGroupKey } from "../../lib/groups/group-writes.ts";
import { queueWorldOf } from "../kit/queue-world.ts";
import { destinationOf } from "./destinations.ts";
import type { FaultCounts } from "./faults.ts";
import { loadDestinations } from "./faulty-destinations.ts";
import { checkGroup, GROUP_PLAN, groupSizes } from "./groups.ts";
import type { PollHistory } from "./history.ts";
import type { Ledger } from "./ledger.ts";
import { factsOf } from "./message-facts.ts";
import { ABORT, type PollPlan, type Scenario, START } from "./scenario.ts";
import { createWorld, type RemovedSafeguard } from "./world.ts";

/** An invariant was violated. */
class Violation extends Error {
  override readonly name = "Violation";
}

/** The figures of one or many scenarios. */
export interface Figures {
  polls: number;
  requests: number;
  invocations: number;
  deliveries: number;
  /** Polls whose copies ended with different outcomes. */
  forked: number;
  /** Waits that a nudge cut. */
  cutWaits: number;
}

/** The figures of no scenario. */
export function noFigures(): Figures {
  return { polls: 0, requests: 0, invocations: 0, deliveries: 0, forked: 0, cutWaits: 0 };
}

type World = ReturnType<typeof createWorld>;

/** How long faults happen. */
const FAULTY_SECONDS = 3600;

/** After the last fault every poll ends within this time: eight requests 1000 s apart, and the same time again. */
const ROUND_SECONDS = 1000;
const MAX_ROUNDS = 60;

/**
 * Runs a scenario. While its faults last, it checks the invariants; then it stops the faults and checks that every
 * poll ends.
 *
 * @throws {Violation} when an invariant was violated
 */
export async function runScenario(
  scenario: Scenario,
  counts: FaultCounts,
  removed?: RemovedSafeguard,
): Promise<Figures> {
  await loadDestinations();
  const world = createWorld(scenario, counts, removed);
  const { clock, faults, ledger, stack } = world;
  const plans = scenario.polls.map((plan) => (scenario.isFenced ? plan : withoutFence(plan)));
  const sizes = groupSizes(plans);
  for (const id of sizes.keys()) ledger.submit(groupKey(id), GROUP_PLAN, undefined);
  for (const [nth, plan] of plans.entries()) submitLater(world, plan, nth, sizes);
  for (const seconds of scenario.redrives) clock.startTimer(() => redrive(world), seconds * 1000);
  await advance(world, FAULTY_SECONDS);
  faults.stop();
  for (let round = 0; !hasEnded(world); round++) {
    if (round === MAX_ROUNDS) throw new Violation(`${unended(world)}: has not ended`);
    if (unendedLetter(world) !== undefined) redrive(world);
    await advance(world, ROUND_SECONDS * (hasBrokenWebhook(scenario) ? 10 : 1));
  }
  for (const { plan, pollId, outcomes, isDeadLetter } of ledger.polls.values()) {
    const isTold = plan.isPoison ? isDeadLetter : outcomes.size > 0;
    if (!isTold) throw new Violation(`${pollId} is lost`);
  }
  for (const history of ledger.polls.values()) {
    if (isGroupKey(history.pollId)) {
      const miscounted = checkGroup(history, ledger.polls);
      if (miscounted !== undefined) throw new Violation(miscounted);
      continue;
    }
    const ofEnd = scenario.isFenced ? ledger.cancellations.checkEnd(history) : [];
    const ofRow = world.rowStates.checkEnd(history, clock.now());
    const [missing = ofRow] = [...ledger.deliveries.checkEnd(history), ...ofEnd];
    if (missing !== undefined) throw new Violation(missing);
  }
  const [redriven] = ledger.redriven;
  if (scenario.outage && scenario.faults.length === 0 && redriven !== undefined) {
    throw new Violation(`${redriven} is a dead letter for an outage of an hour`);
  }
  return figuresOf(ledger, stack.invocations.length);
}

/** Sums the figures of a world. */
export function figuresOf({ polls, dueTimes }: Ledger, invocations: number): Figures {
  const histories = [...polls.values()].filter(({ pollId }) => !isGroupKey(pollId));
  const sum = (of: (history: PollHistory) => number) =>
    histories.reduce((total, history) => total + of(history), 0);
  return {
    polls: histories.length,
    requests: sum(({ requests }) => requests),
    invocations,
    deliveries: sum(({ deliveries }) => deliveries),
    forked: sum(({ outcomes }) => (outcomes.size > 1 ? 1 : 0)),
    cutWaits: dueTimes.cutWaits,
  };
}

/** Such a webhook is delivered for three days. */
function hasBrokenWebhook({ polls }: Scenario): boolean {
  return polls.some(({ deliver }) => deliver.some(({ end }) => end === "broken"));
}

async function advance({ clock, ledger }: World, seconds: number): Promise<void> {
  await clock.advance(seconds * 1000);
  ledger.check();
  const [violation] = ledger.violations;
  if (violation !== undefined) throw new Violation(violation);
}

function submitLater(
  world: World,
  plan: PollPlan,
  nth: number,
  sizes: ReadonlyMap<string, number>,
): void {
  const { clock, ledger, queue } = world;
  const pollId = `p${nth}`;
  const afterMs = plan.submitAfterSeconds * 1000;
  const { expiresAfterSeconds, cancelAfterSeconds } = plan;
  const expiresAt =
    expiresAfterSeconds === undefined
      ? undefined
      : clock.now() + afterMs + expiresAfterSeconds * 1000;
  ledger.submit(pollId, plan, expiresAt);
  const queueUrl = (name: string) => new URL(name, queue.url).href;
  const message = {
    ...messageOf(plan, pollId, nth, expiresAt),
    ...(plan.group !== undefined && {
      group: { id: plan.group, size: sizes.get(plan.group) ?? 1 },
    }),
    ...(plan.deliver.length > 0 && {
      deliver: plan.deliver.map((to, place) => destinationOf(to, pollId, place, queueUrl)),
    }),
  };
  clock.startTimer(() => queue.send(message), afterMs);
  if (cancelAfterSeconds !== undefined) {
    const cancelAfterMs = Math.max(0, afterMs + cancelAfterSeconds * 1000);
    clock.startTimer(() => world.cancel(pollId), cancelAfterMs);
  }
  for (const seconds of plan.nudgesAfterSeconds ?? []) {
    clock.startTimer(() => world.nudge(pollId), afterMs + seconds * 1000);
  }
  for (const seconds of plan.againAfterSeconds) {
    const again = () => {
      ledger.sentAgain([JSON.stringify(message)]);
      queue.send(message);
    };
    clock.startTimer(again, afterMs + seconds * 1000);
  }
}

/** Without a table, what must be made once can never be processed, and nothing can be cancelled, nudged or counted. */
function withoutFence(plan: PollPlan): PollPlan {
  const isPoison = plan.isPoison || plan.start?.isIdempotent === false || plan.abort === "once";
  return {
    ...plan,
    isPoison,
    cancelAfterSeconds: undefined,
    nudgesAfterSeconds: [],
    group: undefined,
  };
}

/** The message that submits a poll. */
export function messageOf(
  plan: PollPlan,
  pollId: string,
  nth: number,
  expiresAt: number | undefined,
) {
  const { maxRetries, maxErrors, delaySeconds, rate, isPoison, start, abort } = plan;
  const origin = `https://host-${nth % 3}.example`;
  return {
    pollId,
    ...(start === undefined
      ? {
          request: { url: `${origin}/${pollId}`, timeoutMs: 10_000 },
          until: nth % 2 === 0 ? "http" : { success: "body.state == 'done'" },
        }
      : {
          start: {
            url: `${origin}/${START}/${pollId}`,
            timeoutMs: 10_000,
            ...(start.isIdempotent && { idempotent: true }),
          },
          until: "http-async",
        }),
    ...(abort !== undefined && {
      abort: { url: `${origin}/${ABORT}/${pollId}`, idempotent: abort === "idempotent" },
    }),
    maxRetries: isPoison ? -1 : maxRetries,
    maxErrors,
    delaySeconds,
    backoff: { rate, jitter: "none" },
    context: { nth },
    ...(expiresAt !== undefined && { expiresAt: new Date(expiresAt).toISOString() }),
  };
}

/** Moves all dead letters back to the poll queue, even shortly after SQS's own redrive. */
function redrive({ clock, ledger, queue, deadLetters }: World): void {
  const { service } = queueWorldOf(clock);
  const [task] = service.listMessageMoveTasks(deadLetters.arn);
  if (task?.status === "RUNNING") return;
  const letters = deadLetters.messages();
  if (letters.length === 0) return;
  ledger.sentAgain(letters.map(({ body }) => body));
  service.startMessageMoveTask({ sourceArn: deadLetters.arn, destinationArn: queue.arn });
}

function hasEnded(world: World): boolean {
  return unended(world) === undefined;
}

/** A poll that still has a message, other than poison in the dead-letter queue with its reason. */
function unended(world: World): string | undefined {
  const { ledger, queue } = world;
  const [going] = queue.messages().map(({ body }) => ledger.historyOf(body));
  return (going ?? unendedLetter(world))?.pollId;
}

/**
 * A poll whose message is a dead letter and has to go on. When the invocations of poison died five times, SQS moves it
 * there without a reason: then it has not ended, and is redriven like any other.
 */
function unendedLetter({ ledger, deadLetters }: World): PollHistory | undefined {
  // A dead letter that holds an outcome is not a poll that goes on.
  return deadLetters
    .messages()
    .filter(({ body }) => !factsOf(body).isOutcome)
    .map(({ body }) => ledger.historyOf(body))
    .find(({ plan, isDeadLetter }) => !(plan.isPoison && isDeadLetter));
}
