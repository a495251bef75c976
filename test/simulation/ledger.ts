import type { SQSRecord } from "aws-lambda";
import type { StoredMessage } from "../../infra/local/queue/message.ts";
import type { Claim } from "../../lib/fence/claim-decision.ts";
import { groupKey, isGroupKey } from "../../lib/groups/group-writes.ts";
import { Cancellations } from "./cancellations.ts";
import { Deliveries } from "./deliveries.ts";
import { DueTimes } from "./due-times.ts";
import { FencedRequests } from "./fenced-requests.ts";
import { newHistory, type PollHistory, type RequestUnderWay, type Run } from "./history.ts";
import { factsOf } from "./message-facts.ts";
import type { PollPlan } from "./scenario.ts";
import { Starts } from "./starts.ts";

/** From the decision to send a message to its arrival, in ms. */
const CALL_MS = 100;

/** Records all events of polls, and every violation of an invariant. */
export class Ledger {
  /** Violations, in their order. They are not thrown, because the stack under test would catch them. */
  readonly violations: string[] = [];
  readonly polls = new Map<string, PollHistory>();
  /** Polls that SQS dead-lettered after too many receives. */
  readonly redriven = new Set<string>();
  readonly starts = new Starts();
  readonly deliveries = new Deliveries();
  readonly cancellations = new Cancellations();
  readonly dueTimes = new DueTimes();
  readonly #isFenced: boolean;
  readonly #checkpointEvery: number;
  readonly #changed = new Set<PollHistory>();
  /** The run that claimed each poll last. */
  readonly #holders = new Map<string, Run>();
  readonly #requests = new FencedRequests();
  readonly #keptLeases = new Set<Run>();

  /** @param checkpointEvery with the fence: only each so-many-th message of a poll claims it */
  constructor(isFenced: boolean, checkpointEvery: number) {
    this.#isFenced = isFenced;
    this.#checkpointEvery = checkpointEvery;
  }

  /** @param violation `undefined`: there is none */
  say(violation: string | undefined): void {
    if (violation !== undefined) this.violations.push(violation);
  }

  submit(pollId: string, plan: PollPlan, expiresAt: number | undefined): void {
    this.polls.set(pollId, newHistory(pollId, plan, expiresAt));
  }

  historyOf(body: string): PollHistory {
    const { pollId, delivery } = factsOf(body);
    const history = this.polls.get(pollId) ?? this.deliveries.webhookOf(pollId);
    if (history !== undefined) return history;
    const of = delivery && this.polls.get(delivery.pollId);
    if (of === undefined) throw new Error(`poll ${pollId} was never submitted`);
    return this.deliveries.addWebhook(pollId, of);
  }

  begin(records: readonly SQSRecord[]): Run {
    for (const { body } of records) this.historyOf(body).inHand++;
    const touched = new Set<string>();
    const [dueAt, gaveBack] = [new Map(), new Set<string>()];
    return { records, touched, dueAt, gaveBack, skewMs: 0, isOpen: true };
  }

  /** @param died the invocation died: none of its records is acknowledged, and each has one more fault */
  end(run: Run, died: boolean): void {
    if (!run.isOpen) return;
    run.isOpen = false;
    if (died) this.#requests.died(run);
    for (const { body } of run.records) {
      const history = this.historyOf(body);
      history.inHand--;
      if (died) {
        history.faults++;
        this.starts.mayBeUnknown(history.pollId);
      }
      this.#changed.add(history);
    }
  }

  /** Counts a fault for the polls of these bodies. */
  blame(bodies: Iterable<string>, run: Run | undefined): void {
    for (const body of bodies) {
      const { pollId, delivery } = factsOf(body);
      // The fault of a webhook's message is one of its poll; a dead letter's is one of the webhook that it comes from.
      const webhooks = (run?.records ?? []).filter(
        (record) => factsOf(record.body).delivery?.outcome === body,
      );
      const members = (run?.records ?? []).filter((record) => {
        const { groupId } = factsOf(record.body);
        return groupId !== undefined && groupKey(groupId) === pollId;
      });
      const others = [...webhooks, ...members].map((of) => factsOf(of.body).pollId);
      const names = [pollId, delivery?.pollId, ...others];
      this.historyOf(body);
      for (const name of new Set(names)) {
        const history = this.polls.get(name ?? "") ?? this.deliveries.webhookOf(name ?? "");
        if (history === undefined) continue;
        history.faults++;
        run?.touched.add(history.pollId);
      }
    }
  }

  /** These first messages are in the poll queue once more: redriven, or submitted again. */
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
    const { retryCount, isOutcome, delivery } = factsOf(body);
    if (isOutcome) return;
    history.alive++;
    this.#changed.add(history);
    if (delivery !== undefined) this.#told(delivery.pollId, delivery.outcome);
    if (retryCount > history.plan.maxRetries)
      this.say(`${history.pollId}: retryCount ${retryCount} is over maxRetries`);
  }

  removed({ body }: Readonly<StoredMessage>): void {
    if (factsOf(body).isOutcome) return;
    const history = this.historyOf(body);
    history.alive--;
    this.#changed.add(history);
  }

  /** A run sends a message to the poll queue. @param visibleAt in epoch ms */
  requeued(run: Run, body: string, visibleAt: number, now: number): void {
    const { pollId, copyId } = factsOf(body);
    const history = this.historyOf(body);
    const copies = run.records.filter((record) => factsOf(record.body).pollId === pollId);
    // With two copies in one run it is unknown which one made the request: the earlier time counts.
    const own = copies.length === 1 ? run.dueAt.get(pollId) : undefined;
    const dueAt = own ?? this.dueTimes.ofRecords(run, pollId);
    // A delivery that was refused for now has a delay of its own.
    if (dueAt === undefined || body.includes('"undelivered":')) return;
    this.dueTimes.sent(copyId, dueAt);
    const latest = Math.max(now, dueAt) + 1000 + CALL_MS;
    if (own !== undefined && visibleAt > latest && !history.isSkewed) {
      this.say(`${pollId}: comes back ${visibleAt - latest} ms later than it is due`);
    }
  }

  /** A request of a poll begins; the returned object is told when it ends. */
  requested(run: Run, pollId: string, now: number): RequestUnderWay {
    const history = this.polls.get(pollId) ?? this.deliveries.webhookOf(pollId);
    if (history === undefined) throw new Error(`a request of an unknown poll: ${pollId}`);
    history.requests++;
    if (this.deliveries.isTold(pollId) && (this.#claimsEach() || history.faults === 0)) {
      this.say(`${pollId}: asked again after its outcome was on its way`);
    }
    this.#changed.add(history);
    const { faults, isSkewed } = history;
    const slackMs = 1000 + (isSkewed ? 10_000 : 0);
    const dueAt = this.dueTimes.ofRecords(run, pollId) ?? now;
    const earlyMs = dueAt - now - slackMs;
    if (earlyMs > 0) this.say(`${pollId}: asked ${earlyMs} ms before it was due`);
    this.dueTimes.asked(run, pollId, now);
    if (!this.#isFenced) return { history, end: () => undefined };
    const times = { now, faults, slackMs };
    // Of two copies in one run, with checkpoints, it is unknown which one has claimed.
    const copies = run.records.filter((record) => factsOf(record.body).pollId === pollId);
    const isClaimKnown = this.#checkpointEvery === 1 || copies.length === 1;
    const say = (violation: string) => this.say(`${pollId}: ${violation}`);
    const request = this.#requests.begin({ run, pollId, isClaimKnown }, times, say);
    return { history, end: (nextDueAt) => this.#requests.end(request, nextDueAt) };
  }

  claimed(run: Run, claim: Claim): void {
    this.#holders.set(claim.pollId, run);
    this.#requests.claimed(run, claim);
  }

  /** A run goes on as an earlier claim, and may keep its lease. */
  continued(run: Run, pollId: string): void {
    this.#holders.set(pollId, run);
  }

  gaveBack(claim: Claim): void {
    this.#requests.gaveBack(claim);
  }

  /** The table did not take a lease back from a run, or the run did not get the answer. */
  keptLease(run: Run): void {
    this.#keptLeases.add(run);
  }

  /** A record has to wait for a lease. */
  leased(run: Run, pollId: string): void {
    run.touched.add(pollId);
    const holder = this.#holders.get(pollId);
    if (holder === undefined || this.#keptLeases.has(holder)) return;
    if (holder.gaveBack.has(pollId))
      this.say(`${pollId}: waits for the lease of a record that has failed`);
  }

  delivered({ body }: Readonly<StoredMessage>): void {
    const { pollId } = factsOf(body);
    this.#told(pollId, body);
    this.historyOf(body).deliveries++;
  }

  /** A destination that a poll names was asked to accept its outcome. */
  refused(run: Run | undefined, outcome: string): void {
    const { pollId } = factsOf(outcome);
    this.#told(pollId, outcome);
    run?.touched.add(pollId);
  }

  /** @param place of the destination in the poll's list */
  accepted(outcome: string, place: number): void {
    const { pollId } = factsOf(outcome);
    this.#told(pollId, outcome);
    this.historyOf(outcome).deliveries++;
    this.deliveries.accepted(pollId, place);
  }

  #told(pollId: string, outcome: string): void {
    const history = this.polls.get(pollId);
    if (history === undefined) throw new Error(`the outcome of an unknown poll: ${pollId}`);
    history.outcomes.add(outcome);
    this.deliveries.told(pollId);
    this.#changed.add(history);
  }

  /** Whether every message claims its poll: then no other copy goes on. */
  #claimsEach(): boolean {
    return this.#isFenced && this.#checkpointEvery === 1;
  }

  deadLettered({ body, attributes }: Readonly<StoredMessage>): void {
    const { status } = attributes;
    const history = this.historyOf(body);
    if (factsOf(body).isOutcome) {
      const said = Object.values(attributes).map((of) => "stringValue" in of && of.stringValue);
      this.deliveries.deadLettered(history.pollId, said.join(" "));
      this.#told(history.pollId, body);
      return;
    }
    if (status === undefined) this.redriven.add(history.pollId);
    else history.isDeadLetter = true;
  }

  /** An invocation has answered. @param failed the records that it reported as failed */
  answered(run: Run, failed: ReadonlySet<string>): void {
    for (const { messageId, body } of run.records) {
      const { pollId } = this.historyOf(body);
      const copies = run.records.filter((record) => factsOf(record.body).pollId === pollId);
      if (copies.every((copy) => failed.has(copy.messageId))) run.gaveBack.add(pollId);
      if (!failed.has(messageId) || run.touched.has(pollId)) continue;
      this.say(`${pollId}: failed, though nothing went wrong for it`);
    }
  }

  /** Checks the invariants that hold at any time, for polls with new events. */
  check(): void {
    for (const history of this.#changed) this.#checkPoll(history);
    this.#changed.clear();
  }

  #checkPoll(history: PollHistory): void {
    const { plan, pollId, alive, inHand, requests, outcomes } = history;
    const faults = this.deliveries.faultsOf(history);
    if (this.deliveries.webhookOf(pollId) === undefined) {
      this.violations.push(...this.deliveries.checkMost(history, this.#checkpointEvery));
    } else if (alive === 0) return;
    if (alive === 0 && outcomes.size === 0) this.say(`${pollId} is lost`);
    // Each of two batches may be the one that completes a group.
    if (alive > 1 + faults + inHand && !isGroupKey(pollId)) {
      this.say(`${pollId}: ${alive} messages at once after ${faults} faults`);
    }
    const ids = new Set([...outcomes].map((body) => factsOf(body).outcomeId));
    if (ids.size > 1 && !history.hasManyStarts) this.say(`${pollId}: ${ids.size} outcomeIds`);
    if (!this.#isFenced) return;
    this.violations.push(...this.starts.check(pollId, outcomes));
    this.violations.push(...this.cancellations.check(history));
    if (outcomes.size > 1) this.say(`${pollId}: ${outcomes.size} different outcomes`);
    // A copy of a poll goes on until the next checkpoint.
    if (requests > plan.maxRetries + 1 + faults * this.#checkpointEvery) {
      this.say(`${pollId}: ${requests} requests after ${faults} faults`);
    }
  }
}
