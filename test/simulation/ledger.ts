import type { SQSRecord } from "aws-lambda";
import type { StoredMessage } from "../../infra/local/queue/message.ts";
import type { Claim } from "../../lib/fence/claim-decision.ts";
import { FencedRequests } from "./fenced-requests.ts";
import type { PollPlan } from "./scenario.ts";

/** One poll's history. */
export interface PollHistory {
  readonly plan: PollPlan;
  readonly pollId: string;
  /** In epoch ms. */
  readonly expiresAt: number | undefined;
  /** Messages of it that are not deleted: in the poll queue, and in the dead-letter queue. */
  alive: number;
  /** Records of it in invocations under way. */
  inHand: number;
  faults: number;
  requests: number;
  /** Ever run by a clock that was wrong: its times are only nearly right. */
  isSkewed: boolean;
  /** The bodies of its outcomes, each once. */
  readonly outcomes: Set<string>;
  deliveries: number;
  isDeadLetter: boolean;
  /** A redrive and a second submission give a first message another time of sending, which is in its outcomeId. */
  hasManyStarts: boolean;
}

/** What a message says of itself. */
interface MessageFacts {
  readonly pollId: string;
  readonly copyId: string;
  readonly retryCount: number;
}

/** One invocation, and what became of its records' polls in it. */
export interface Run {
  readonly records: readonly SQSRecord[];
  /** Polls that something went wrong for: their records may fail. */
  readonly touched: Set<string>;
  /** When the next request of a poll is due, in epoch ms: its own answer decided that. */
  readonly dueAt: Map<string, number>;
  /** Polls whose record it reported as failed, and whose lease it could give back. */
  readonly gaveBack: Set<string>;
  skewMs: number;
  isOpen: boolean;
}

/** A request, until its end. */
export interface RequestUnderWay {
  readonly history: PollHistory;
  /** @param nextDueAt when the next one may be made, in epoch ms; `undefined`: it got no answer */
  end(nextDueAt: number | undefined): void;
}

/** Between the plan to send a message and its arrival, in ms. */
const CALL_MS = 100;

/** Sees all that happens to polls, and takes down what never may. */
export class Ledger {
  /** What did not hold, in the order it was seen. Not thrown: the stack under test would catch it. */
  readonly violations: string[] = [];
  readonly polls = new Map<string, PollHistory>();
  /** Polls of which SQS has made a dead letter, after too many receives. */
  readonly redriven = new Set<string>();
  readonly #isFenced: boolean;
  readonly #changed = new Set<PollHistory>();
  /** Who has claimed a poll last. */
  readonly #holders = new Map<string, Run>();
  readonly #requests = new FencedRequests();
  readonly #keptLeases = new Set<Run>();
  /** Not before when the copies may ask, in epoch ms. */
  readonly #dueAt = new Map<string, number>();

  constructor(isFenced: boolean) {
    this.#isFenced = isFenced;
  }

  submit(pollId: string, plan: PollPlan, expiresAt: number | undefined): void {
    this.polls.set(pollId, {
      plan,
      pollId,
      expiresAt,
      alive: 0,
      inHand: 0,
      faults: 0,
      requests: 0,
      isSkewed: false,
      outcomes: new Set(),
      deliveries: 0,
      isDeadLetter: false,
      hasManyStarts: false,
    });
  }

  historyOf(body: string): PollHistory {
    const { pollId } = factsOf(body);
    const history = this.polls.get(pollId);
    if (history === undefined) throw new Error(`nobody submitted a poll ${pollId}`);
    return history;
  }

  begin(records: readonly SQSRecord[]): Run {
    for (const { body } of records) this.historyOf(body).inHand++;
    const touched = new Set<string>();
    const [dueAt, gaveBack] = [new Map(), new Set<string>()];
    return { records, touched, dueAt, gaveBack, skewMs: 0, isOpen: true };
  }

  /** @param died nothing of it counts as acknowledged: a fault for each of its records */
  end(run: Run, died: boolean): void {
    if (!run.isOpen) return;
    run.isOpen = false;
    if (died) this.#requests.died(run);
    for (const { body } of run.records) {
      const history = this.historyOf(body);
      history.inHand--;
      if (died) history.faults++;
      this.#changed.add(history);
    }
  }

  /** A fault hits these bodies' polls. */
  blame(bodies: Iterable<string>, run: Run | undefined): void {
    for (const body of bodies) {
      const history = this.historyOf(body);
      history.faults++;
      run?.touched.add(history.pollId);
    }
  }

  /** These first messages stand in the poll queue once more: redriven, or submitted again. */
  sentAgain(bodies: readonly string[]): void {
    this.blame(bodies, undefined);
    for (const body of bodies) this.historyOf(body).hasManyStarts = true;
  }

  skew(run: Run, ms: number): void {
    run.skewMs = ms;
    for (const { body } of run.records) {
      const history = this.historyOf(body);
      history.isSkewed = true;
      history.faults++;
    }
  }

  added({ body }: Readonly<StoredMessage>): void {
    const history = this.historyOf(body);
    history.alive++;
    this.#changed.add(history);
    const { retryCount } = factsOf(body);
    if (retryCount > history.plan.maxRetries) {
      this.violations.push(`${history.pollId}: retryCount ${retryCount} is over maxRetries`);
    }
  }

  removed({ body }: Readonly<StoredMessage>): void {
    const history = this.historyOf(body);
    history.alive--;
    this.#changed.add(history);
  }

  /** A message of a run is on its way to the poll queue. @param visibleAt in epoch ms */
  requeued(run: Run, body: string, visibleAt: number, now: number): void {
    const { pollId, copyId } = factsOf(body);
    const history = this.historyOf(body);
    const copies = run.records.filter((record) => factsOf(record.body).pollId === pollId);
    // Of two copies in one run it cannot be told which has asked: the earlier time holds.
    const own = copies.length === 1 ? run.dueAt.get(pollId) : undefined;
    const dueAt = own ?? this.#dueOfRecords(run, pollId);
    if (dueAt === undefined) return;
    if (copyId !== "") this.#dueAt.set(copyId, dueAt);
    const latest = Math.max(now, dueAt) + 1000 + CALL_MS;
    if (own !== undefined && visibleAt > latest && !history.isSkewed) {
      this.violations.push(`${pollId}: comes back ${visibleAt - latest} ms later than it is due`);
    }
  }

  /** A request of a poll starts; what is returned is told its end. */
  requested(run: Run, pollId: string, now: number): RequestUnderWay {
    const history = this.polls.get(pollId);
    if (history === undefined) throw new Error(`a request of no poll: ${pollId}`);
    history.requests++;
    this.#changed.add(history);
    const { faults, isSkewed } = history;
    const slackMs = 1000 + (isSkewed ? 10_000 : 0);
    const dueAt = this.#dueOfRecords(run, pollId) ?? now;
    const earlyMs = dueAt - now - slackMs;
    if (earlyMs > 0) this.violations.push(`${pollId}: asked ${earlyMs} ms before it was due`);
    if (!this.#isFenced) return { history, end: () => undefined };
    const times = { now, faults, slackMs };
    const request = this.#requests.begin(run, pollId, times, (violation) =>
      this.violations.push(`${pollId}: ${violation}`),
    );
    return { history, end: (nextDueAt) => this.#requests.end(request, nextDueAt) };
  }

  claimed(run: Run, claim: Claim): void {
    this.#holders.set(claim.pollId, run);
    this.#requests.claimed(run, claim);
  }

  gaveBack(claim: Claim): void {
    this.#requests.gaveBack(claim);
  }

  /** The table did not take a lease of a run back, or the run did not hear that it did. */
  keptLease(run: Run): void {
    this.#keptLeases.add(run);
  }

  /** A record has to wait for a lease. */
  leased(run: Run, pollId: string): void {
    run.touched.add(pollId);
    const holder = this.#holders.get(pollId);
    if (holder === undefined || this.#keptLeases.has(holder)) return;
    if (holder.gaveBack.has(pollId)) {
      this.violations.push(`${pollId}: waits for the lease of a record that has failed`);
    }
  }

  delivered({ body }: Readonly<StoredMessage>): void {
    const history = this.historyOf(body);
    history.deliveries++;
    history.outcomes.add(body);
    this.#changed.add(history);
  }

  deadLettered({ body, attributes }: Readonly<StoredMessage>): void {
    const { status } = attributes;
    const history = this.historyOf(body);
    if (status === undefined) this.redriven.add(history.pollId);
    else history.isDeadLetter = true;
  }

  /** The records that an answer reports as failed. */
  answered(run: Run, failed: ReadonlySet<string>): void {
    for (const { messageId, body } of run.records) {
      const { pollId } = this.historyOf(body);
      const copies = run.records.filter((record) => factsOf(record.body).pollId === pollId);
      if (copies.every((copy) => failed.has(copy.messageId))) run.gaveBack.add(pollId);
      if (!failed.has(messageId) || run.touched.has(pollId)) continue;
      this.violations.push(`${pollId}: failed, though nothing went wrong for it`);
    }
  }

  /** Checks what must hold at any time, for the polls that something has happened to. */
  check(): void {
    for (const history of this.#changed) this.#checkPoll(history);
    this.#changed.clear();
  }

  #checkPoll(history: PollHistory): void {
    const { plan, pollId, alive, inHand, faults, requests, outcomes } = history;
    if (alive === 0 && outcomes.size === 0) this.violations.push(`${pollId} is lost`);
    if (alive > 1 + faults + inHand) {
      this.violations.push(`${pollId}: ${alive} messages at once after ${faults} faults`);
    }
    const ids = new Set([...outcomes].map((body) => JSON.parse(body).outcomeId));
    if (ids.size > 1 && !history.hasManyStarts)
      this.violations.push(`${pollId}: ${ids.size} outcomeIds`);
    if (!this.#isFenced) return;
    if (outcomes.size > 1) this.violations.push(`${pollId}: ${outcomes.size} different outcomes`);
    if (requests > plan.maxRetries + 1 + faults) {
      this.violations.push(`${pollId}: ${requests} requests after ${faults} faults`);
    }
  }

  /** When the earliest of a poll's records in a run may ask. */
  #dueOfRecords(run: Run, pollId: string): number | undefined {
    let earliest: number | undefined;
    for (const { body } of run.records) {
      const facts = factsOf(body);
      if (facts.pollId !== pollId) continue;
      const dueAt = this.#dueAt.get(facts.copyId) ?? 0;
      if (earliest === undefined || dueAt < earliest) earliest = dueAt;
    }
    return earliest;
  }
}

const facts = new Map<string, MessageFacts>();

/** Bodies are read again and again: the last ones are remembered. */
function factsOf(body: string): MessageFacts {
  const known = facts.get(body);
  if (known !== undefined) return known;
  const { pollId, copyId = "", retryCount = 0 } = JSON.parse(body);
  const read = { pollId: String(pollId), copyId: String(copyId), retryCount: Number(retryCount) };
  if (facts.size > 10_000) facts.clear();
  facts.set(body, read);
  return read;
}
