import type { ParameterValue } from "../../local/template/parameters.ts";
import {
  ACCOUNT_CONCURRENCY,
  EVENT_POLLER,
  HIGHEST_MAXIMUM_CONCURRENCY,
  IN_FLIGHT_PER_QUEUE,
  LEAST_EVENT_POLLERS,
  MOST_EVENT_POLLERS,
  MOST_MINIMUM_POLLERS,
  WRITES_OF_A_NEW_TABLE,
  WRITES_OF_A_TABLE,
} from "./aws-limits.ts";
import { ASSUMED, type Demand, demandOf, type PlannedLoad } from "./demand.ts";

/** Polls are never spread evenly, and answers come late at times: this much more than needed is planned for. */
const HEADROOM = 1.5;

/** How to deploy for a load. */
export interface Settings {
  /** How many stacks share the polls. */
  readonly stacks: number;
  /** The parameters of each stack that are not the defaults. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Quotas of the account that have to be raised to at least this. */
  readonly quotas: readonly { readonly name: string; readonly least: number }[];
}

/**
 * Decides how to deploy for a load. Stacks share its polls evenly.
 *
 * @param defaults the template's parameters with their defaults
 */
export function settingsFor(
  load: PlannedLoad,
  defaults: ReadonlyMap<string, ParameterValue>,
): Settings {
  let stacks = 1;
  while (!fitsOneQueue({ ...load, polls: load.polls / stacks })) stacks++;
  const ofOne = { ...load, polls: load.polls / stacks };
  const demand = demandOf(ofOne);
  const writes = Math.ceil((demand.writesPerSecond * HEADROOM) / 1000) * 1000;
  const parameters = {
    Fence: load.fence,
    ...(load.fence === "false" ? {} : { History: load.history }),
    MemorySize: String(load.memoryMegabytes),
    BatchSize: String(load.batchSize),
    // All records of a batch are asked at once: the time of an invocation has one wait for the API.
    ...ifAbove(defaults, "PollConcurrency", load.batchSize),
    ...concurrencyParameters(ofOne, defaults),
    ...(writes > WRITES_OF_A_NEW_TABLE ? { WarmWritesPerSecond: String(writes) } : {}),
  };
  const isNeeded = ([name, value]: [string, string]) => value !== defaults.get(name);
  return {
    stacks,
    parameters: Object.fromEntries(Object.entries(parameters).filter(isNeeded)),
    quotas: [
      {
        name: "Lambda, concurrent executions",
        least: stacks * concurrencyFor(demand),
        has: ACCOUNT_CONCURRENCY,
      },
      { name: "DynamoDB, write throughput of a table", least: writes, has: WRITES_OF_A_TABLE },
    ].flatMap(({ name, least, has }) => (least > has ? [{ name, least }] : [])),
  };
}

function fitsOneQueue(load: PlannedLoad): boolean {
  const demand = demandOf(load);
  return (
    demand.messagesInFlight * HEADROOM <= IN_FLIGHT_PER_QUEUE &&
    (concurrencyFor(demand) <= HIGHEST_MAXIMUM_CONCURRENCY ||
      eventPollers(demand, load) <= MOST_EVENT_POLLERS)
  );
}

/** A parameter, if its default is too low. */
function ifAbove(
  defaults: ReadonlyMap<string, ParameterValue>,
  name: string,
  needed: number,
): Record<string, string> {
  return needed > Number(defaults.get(name)) ? { [name]: String(needed) } : {};
}

function concurrencyParameters(
  load: PlannedLoad,
  defaults: ReadonlyMap<string, ParameterValue>,
): Record<string, string> {
  const demand = demandOf(load);
  const concurrency = concurrencyFor(demand);
  if (concurrency <= HIGHEST_MAXIMUM_CONCURRENCY) {
    return ifAbove(defaults, "MaximumConcurrency", concurrency);
  }
  const pollers = eventPollers(demand, load);
  const busy = Math.ceil(pollers / HEADROOM);
  return {
    MaximumPollers: String(pollers),
    MinimumPollers: String(Math.min(MOST_MINIMUM_POLLERS, busy)),
  };
}

function concurrencyFor({ invocationsAtOnce }: Demand): number {
  return Math.ceil(invocationsAtOnce * HEADROOM);
}

/** How many event pollers of provisioned mode a load needs, with headroom. */
function eventPollers(demand: Demand, { messageBytes }: PlannedLoad): number {
  const { invocationsAtOnce, requestsPerSecond } = demand;
  const bytesPerSecond = requestsPerSecond * (messageBytes + ASSUMED.envelopeBytes);
  const needed = Math.max(
    invocationsAtOnce / EVENT_POLLER.invocationsAtOnce,
    requestsPerSecond / EVENT_POLLER.messagesPerSecond,
    bytesPerSecond / EVENT_POLLER.bytesPerSecond,
  );
  return Math.max(LEAST_EVENT_POLLERS, Math.ceil(needed * HEADROOM));
}
