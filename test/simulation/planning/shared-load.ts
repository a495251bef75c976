import { type Demand, demandOf } from "../../../infra/cli/plan/demand.ts";
import { queueOf } from "../../snippets/queue-of.ts";
import { ASSUMED, planLoad } from "./load.ts";

/** Living polls that several stacks share. */
export interface SharedLoad {
  readonly polls: number;
  readonly stacks: number;
  /** Each how-many-th poll is simulated. */
  readonly sample: number;
  readonly intervalSeconds: number;
  readonly latencyMs: number;
  readonly isFenced: boolean;
}

/** What one stack bears. */
export interface Share
  extends Pick<
    Demand,
    "requestsPerSecond" | "invocationsAtOnce" | "messagesInFlight" | "writesPerSecond"
  > {
  readonly polls: number;
}

/** Enough for a load that no longer changes. */
const REQUESTS_PER_POLL = 3;

/**
 * Runs the real stack for each share of a load. Polls do not influence each other, so a sample of them makes the same
 * batches as all, as long as the sample still fills batches; its figures are multiplied.
 */
export async function shareLoad(load: SharedLoad): Promise<Share[]> {
  const { sample, intervalSeconds, latencyMs, isFenced } = load;
  const shares: Share[] = [];
  for (const jobs of sampledShares(load)) {
    const requests = jobs * REQUESTS_PER_POLL;
    const figures = await planLoad({ polls: requests, jobs, intervalSeconds, latencyMs, isFenced });
    const perSecond = (jobs * sample) / intervalSeconds;
    const invocationSeconds = figures.gbSeconds / ASSUMED.memoryGb;
    shares.push({
      polls: jobs * sample,
      requestsPerSecond: perSecond,
      invocationsAtOnce: (perSecond * invocationSeconds) / requests,
      messagesInFlight: figures.mostInFlight * sample,
      writesPerSecond: (perSecond * figures.tableWrites) / requests,
    });
  }
  return shares;
}

/** How many polls of the sample each stack has. */
function sampledShares({ polls, stacks, sample }: SharedLoad): number[] {
  const urls = Array.from({ length: stacks }, (_, nth) => String(nth));
  const [first = "", ...others] = urls;
  const shares = urls.map(() => 0);
  for (let nth = 0; nth < polls; nth += sample) {
    const of = Number(queueOf(`poll-${nth}`, [first, ...others]));
    shares[of] = (shares[of] ?? 0) + 1;
  }
  return shares;
}

/** Describes what each stack bears, and what the plan computes for an even share. */
export function reportShares(load: SharedLoad, shares: readonly Share[]): string {
  const computed = demandOf({
    polls: load.polls / load.stacks,
    everySeconds: load.intervalSeconds,
    latencySeconds: load.latencyMs / 1000,
    requestsPerPoll: REQUESTS_PER_POLL,
    messageBytes: 1000,
    memoryMegabytes: ASSUMED.memoryGb * 1024,
    batchSize: 100,
    fence: load.isFenced ? "true" : "false",
    history: "claims",
  });
  const lines = [
    `${load.polls} living polls, each asked every ${load.intervalSeconds} s, in ${load.stacks} stacks; each ${load.sample}th is simulated`,
    ...shares.map((share, nth) => line(`stack ${nth + 1}`, share)),
    line("the plan", { ...computed, polls: load.polls / load.stacks }),
    "",
  ];
  return lines.join("\n");
}

function line(name: string, share: Share): string {
  const { polls, requestsPerSecond, invocationsAtOnce, messagesInFlight, writesPerSecond } = share;
  const [requests, invocations, inFlight, writes] = [
    requestsPerSecond,
    invocationsAtOnce,
    messagesInFlight,
    writesPerSecond,
  ].map(Math.round);
  return (
    `  ${name}: ${Math.round(polls)} polls, ${requests} requests/s, ${invocations} invocations at once, ` +
    `${inFlight} messages in flight, ${writes} writes/s`
  );
}
