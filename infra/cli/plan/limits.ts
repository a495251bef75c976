import {
  ACCOUNT_CONCURRENCY,
  DNS_PACKETS_PER_INTERFACE,
  EVENT_POLLER,
  HIGHEST_MAXIMUM_CONCURRENCY,
  IN_FLIGHT_PER_QUEUE,
  MOST_EVENT_POLLERS,
  WRITES_OF_A_NEW_TABLE,
  WRITES_OF_A_TABLE,
} from "./aws-limits.ts";
import { type Demand, demandOf, fullBatches, type PlannedLoad } from "./demand.ts";

/** A limit, and how much of it a load needs. */
export interface Limit {
  readonly name: string;
  readonly needs: number;
  readonly most: number;
  /** How many polls it bears at the load's interval. */
  readonly bearsPolls: number;
  /** What raises it. */
  readonly raisedBy: string;
}

/**
 * All limits that a load uses, the one that it meets first at the front.
 *
 * @param byDefault the template's default of MaximumConcurrency
 */
export function limitsOf(load: PlannedLoad, isInVpc: boolean, byDefault: number): Limit[] {
  const demand = demandOf(load);
  // At its limit, a deployment has full batches.
  const full = fullBatches(load);
  const fullDemand = demandOf(full);
  const limit = (name: string, needs: (of: Demand) => number, most: number, raisedBy: string) => {
    const bearsPolls = Math.round((full.polls * most) / needs(fullDemand));
    return { name, needs: needs(demand), most, bearsPolls, raisedBy };
  };
  const invocations = (of: Demand) => of.invocationsAtOnce;
  const inFlight = (of: Demand) => of.messagesInFlight;
  const writes = (of: Demand) => of.writesPerSecond;
  const requests = (of: Demand) => of.requestsPerSecond;
  const packets = (of: Demand) => (isInVpc ? of.dnsPacketsPerSecond : 0);
  const mostRequests = MOST_EVENT_POLLERS * EVENT_POLLER.messagesPerSecond;
  const mostOfQueue = HIGHEST_MAXIMUM_CONCURRENCY;
  return [
    limit("invocations, by default", invocations, byDefault, "MaximumConcurrency"),
    limit("invocations, account", invocations, ACCOUNT_CONCURRENCY, "Lambda quota"),
    limit("invocations, one queue", invocations, mostOfQueue, "MaximumPollers"),
    limit("requests/s, 2,000 pollers", requests, mostRequests, "more stacks"),
    limit("in flight, one queue", inFlight, IN_FLIGHT_PER_QUEUE, "more stacks"),
    limit("writes/s, new table", writes, WRITES_OF_A_NEW_TABLE, "WarmWritesPerSecond"),
    limit("writes/s, one table", writes, WRITES_OF_A_TABLE, "DynamoDB quota"),
    limit("DNS packets/s, interface", packets, DNS_PACKETS_PER_INTERFACE, "more subnets"),
  ]
    .filter(({ needs }) => needs > 0)
    .toSorted((one, other) => one.bearsPolls - other.bearsPolls);
}
