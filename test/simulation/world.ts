import type { Context, SQSEvent } from "aws-lambda";
import { createPoller } from "../../functions/poller/poller.ts";
import { failedRecords } from "../../infra/local/event-source-mapping/failed-records.ts";
import type { StoredMessage } from "../../infra/local/queue/message.ts";
import { completed } from "../../lib/batch/record-result.ts";
import type { DestinationClients } from "../../lib/deliveries/destinations.ts";
import { packOutcome } from "../../lib/fence/packed-outcome.ts";
import type { PollTable } from "../../lib/fence/poll-table.ts";
import type { GroupTable } from "../../lib/groups/group-table.ts";
import { outcomeOf } from "../../lib/outcome/outcome.ts";
import { createTestClock, createTestQueue, runStack, type TestClock } from "../kit/index.ts";
import { currentInvocation, type Invocation } from "../kit/invocation.ts";
import { queueWorldOf } from "../kit/queue-world.ts";
import { memoryTable } from "../support/memory-table.ts";
import { MOST_DESTINATIONS, placeIn } from "./destinations.ts";
import { dealFaults, type FaultCounts, type FaultDealer } from "./faults.ts";
import { faultyClient } from "./faulty-client.ts";
import { faultyDestinations } from "./faulty-destinations.ts";
import { faultyGroups } from "./faulty-groups.ts";
import { faultyServers } from "./faulty-servers.ts";
import { faultyTable } from "./faulty-table.ts";
import type { Run } from "./history.ts";
import { Ledger } from "./ledger.ts";
import { factsOf } from "./message-facts.ts";
import { outageFaults } from "./outages.ts";
import { seededRandom } from "./random.ts";
import { RowStates } from "./row-states.ts";
import type { Scenario } from "./scenario.ts";
import { faultyReceivers, isWebhook } from "./webhook-receivers.ts";

type Poller = ReturnType<typeof createPoller>;

/** A safeguard of the stack that a test removes, to see that the simulation detects it: each member wraps one part. */
export interface RemovedSafeguard {
  readonly table?: (table: PollTable) => PollTable;
  readonly client?: (client: Ports["client"], world: WorldParts) => Ports["client"];
  readonly clients?: (clients: Required<DestinationClients>) => DestinationClients;
  readonly poller?: (poller: Poller) => Poller;
  readonly groups?: (groups: GroupTable) => GroupTable;
  /** What a nudge does with a message of its poll in the poll queue, instead of waking one that waits. */
  readonly wake?: (message: StoredMessage, world: Pick<WorldParts, "clock">) => void;
}

type Ports = Parameters<typeof createPoller>[1];

/** The shared parts of the faulty ports. */
export interface WorldParts {
  readonly clock: TestClock;
  readonly ledger: Ledger;
  readonly rowStates: RowStates;
  readonly faults: FaultDealer;
  readonly random: () => number;
  /** The effect of an outage on a call at this time, in epoch ms. */
  readonly outage: ReturnType<typeof outageFaults>;
  /** The run that the calling code is part of; `undefined`: the event source mapping. */
  currentRun(): Run | undefined;
  /** Ends the calling invocation. */
  crash(): never;
}

/** Creates the real poller in a world of simulated queues, table, servers and clock. */
export function createWorld(
  scenario: Scenario,
  counts: FaultCounts,
  removed: RemovedSafeguard = {},
) {
  const { isFenced, checkpointEvery, history = "claims", batchSize, maximumConcurrency } = scenario;
  const { wakes = false } = scenario;
  const clock = createTestClock();
  const deadLetters = createTestQueue({ name: "dead-letters", clock });
  const queue = createTestQueue({ name: "polls", deadLetterQueue: deadLetters });
  const outcomes = createTestQueue({ name: "outcomes", clock });
  const told = Array.from({ length: MOST_DESTINATIONS }, (_, place) =>
    createTestQueue({ name: `told-${place}`, clock }),
  );
  const ledger = new Ledger(isFenced, checkpointEvery);
  const faults = dealFaults(scenario.faults, counts);
  const random = seededRandom(scenario.seed);
  const runs = new WeakMap<Invocation, Run>();
  const rows = memoryTable();
  const parts: WorldParts = {
    clock,
    ledger,
    rowStates: new RowStates(rows, checkpointEvery === 1),
    faults,
    random,
    outage: outageFaults(scenario.outage, clock.now()),
    currentRun() {
      const invocation = currentInvocation();
      return invocation && runs.get(invocation);
    },
    crash() {
      currentInvocation()?.die("crashed by the simulation");
      currentInvocation()?.checkAlive();
      throw new Error("a crash outside of an invocation");
    },
  };
  observe(
    clock,
    ledger,
    told.map(({ name }) => name),
  );

  const client = faultyClient(queue.client, parts);
  const table = faultyTable(rows, parts);
  const groups = faultyGroups(rows, parts);
  const [servers, receivers] = [faultyServers(parts), faultyReceivers(parts)];
  const clients = faultyDestinations(parts);
  let ids = 0;
  const poller = createPoller(
    {
      queueUrl: queue.url,
      deadLetterQueueUrl: deadLetters.url,
      outcomeQueueUrl: outcomes.url,
      concurrency: 100,
      hostConcurrency: undefined,
      checkpointEvery,
      history,
    },
    {
      client: removed.client?.(client, parts) ?? client,
      table: isFenced ? (removed.table?.(table) ?? table) : undefined,
      groups: isFenced ? (removed.groups?.(groups) ?? groups) : undefined,
      clients: removed.clients?.(clients) ?? clients,
      allowDeliveries: () => ["queue:*", "eventBus:*", "topic:*", "taskToken", "webhook"],
      send: (request, bounds) => (isWebhook(request.url) ? receivers : servers)(request, bounds),
      logger: () => undefined,
      now: () => clock.now() + (parts.currentRun()?.skewMs ?? 0),
      random,
      newId: () => `id-${++ids}`,
      startTimer: clock.startTimer,
    },
  );
  const handler = watched(removed.poller?.(poller) ?? poller, parts, runs);
  const stack = runStack(handler, { queue: { ...queue, client }, batchSize, maximumConcurrency });
  /** Cancels a poll, as a client does. */
  const cancel = (pollId: string): void => {
    const identity = { pollId, retryCount: 0, startedAt: clock.now() };
    const outcome = outcomeOf(identity, { status: "cancelled" }, clock.now());
    const isCancelled = rows.cancel(pollId, packOutcome(completed(outcome)), clock.now());
    if (isCancelled) ledger.cancellations.cancelled(pollId);
  };
  /** Nudges a poll, as a client does. A local stack also wakes its message. */
  const nudge = (pollId: string): void => {
    if (!rows.nudge(pollId) || !wakes) return;
    const { service } = queueWorldOf(clock);
    const isMeant = ({ body }: StoredMessage) => {
      const facts = factsOf(body);
      if (facts.pollId !== pollId) return false;
      ledger.dueTimes.nudged(facts.copyId);
      return true;
    };
    if (removed.wake === undefined) service.wake(queue.name, isMeant);
    else {
      const messages = [...service.queues.byName(queue.name).store.messages()];
      for (const message of messages.filter(isMeant)) removed.wake(message, parts);
    }
  };
  return { ...parts, queue, outcomes, deadLetters, stack, cancel, nudge };
}

/** Reports each message that is added or removed to the ledger. */
function observe(clock: TestClock, ledger: Ledger, told: readonly string[]): void {
  const { queues } = queueWorldOf(clock).service;
  const storeOf = (name: string) => queues.byName(name).store;
  storeOf("polls").observer = {
    added: (message) => ledger.added(message),
    removed: (message) => ledger.removed(message),
  };
  storeOf("dead-letters").observer = {
    added(message) {
      ledger.added(message);
      ledger.deadLettered(message);
    },
    removed: (message) => ledger.removed(message),
  };
  storeOf("outcomes").observer = { added: (message) => ledger.delivered(message) };
  for (const name of told) {
    storeOf(name).observer = { added: ({ body }) => ledger.accepted(body, placeIn(name)) };
  }
}

function watched(poller: Poller, parts: WorldParts, runs: WeakMap<Invocation, Run>) {
  const { ledger, faults } = parts;
  return async (event: SQSEvent, context: Context): Promise<unknown> => {
    const invocation = currentInvocation();
    if (invocation === undefined) throw new Error("the poller runs outside of an invocation");
    const run = ledger.begin(event.Records);
    runs.set(invocation, run);
    invocation.death.catch(() => ledger.end(run, true));
    const fault = faults.next("start");
    if (fault?.kind === "crashBefore") parts.crash();
    if (fault?.kind === "skew") ledger.skew(run, ((fault.amount % 11) - 5) * 1000);
    const response = await poller(event, context);
    invocation.checkAlive();
    if (faults.next("answer") !== undefined) parts.crash();
    ledger.answered(run, failedRecords(JSON.stringify(response), event.Records).messageIds);
    ledger.end(run, false);
    return response;
  };
}
