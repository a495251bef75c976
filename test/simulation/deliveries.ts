import type { DestinationPlan } from "./destinations.ts";
import { newHistory, type PollHistory } from "./history.ts";

/** What became of one poll's outcome. */
interface DeliveryHistory {
  /** How many times each destination accepted it, by its place. */
  readonly accepted: Map<number, number>;
  /** How many attempts each destination has seen, by its place. */
  readonly attempts: Map<number, number>;
  /** What its dead letters say. */
  readonly deadLetters: string[];
  /** The polls that deliver it to webhooks. */
  readonly webhooks: PollHistory[];
}

/** Longer than the poller may deliver to a webhook: three days, and the last attempt's delay and faults. */
const LONGEST_WEBHOOK_MS = (3 * 24 + 2) * 3_600_000;

/** Counts the deliveries of each outcome, and checks that each destination gets it and none gets it again for another. */
export class Deliveries {
  readonly #histories = new Map<string, DeliveryHistory>();
  /** The polls that deliver to webhooks, by their pollId, and the polls that they deliver for. */
  readonly #webhooks = new Map<
    string,
    { readonly history: PollHistory; readonly of: PollHistory }
  >();
  readonly #firstAskedAt = new Map<string, number>();

  webhookOf(pollId: string): PollHistory | undefined {
    return this.#webhooks.get(pollId)?.history;
  }

  /** @param of the poll whose outcome it delivers */
  addWebhook(pollId: string, of: PollHistory): PollHistory {
    const plan = { ...of.plan, start: undefined, maxRetries: 1000, isPoison: false };
    const history = newHistory(pollId, plan, undefined);
    this.#webhooks.set(pollId, { history, of });
    this.#of(of.pollId).webhooks.push(history);
    return history;
  }

  /** The faults of a poll; of a webhook, its poll's as well: then its message may have been sent twice. */
  faultsOf({ pollId, faults }: PollHistory): number {
    return faults + (this.#webhooks.get(pollId)?.of.faults ?? 0);
  }

  /** The outcome of a poll was on its way to a destination. */
  told(pollId: string): void {
    this.#of(pollId);
  }

  isTold(pollId: string): boolean {
    return this.#histories.has(pollId);
  }

  accepted(pollId: string, place: number): void {
    const { accepted } = this.#of(pollId);
    accepted.set(place, (accepted.get(place) ?? 0) + 1);
  }

  /** A destination sees one more attempt. @returns how it answers */
  attempted(
    { pollId, plan }: PollHistory,
    place: number,
  ): "accept" | "refuse for now" | "refuse for good" {
    const { attempts } = this.#of(pollId);
    const nth = attempts.get(place) ?? 0;
    attempts.set(place, nth + 1);
    const { refusals = 0, end } = plan.deliver[place] ?? {};
    if (nth < refusals || end === "broken") return "refuse for now";
    return end === "gone" ? "refuse for good" : "accept";
  }

  deadLettered(pollId: string, said: string): void {
    this.#of(pollId).deadLetters.push(said);
  }

  /** A webhook's receiver is asked. @returns a violation */
  asked(pollId: string, now: number): string[] {
    const first = this.#firstAskedAt.get(pollId) ?? now;
    this.#firstAskedAt.set(pollId, first);
    return now - first > LONGEST_WEBHOOK_MS ? [`${pollId}: is delivered for over three days`] : [];
  }

  /** @param copies how many copies a fault can make of a poll. @returns violations */
  checkMost({ pollId, faults }: PollHistory, copies: number): string[] {
    const { accepted = [], webhooks = [] } = this.#histories.get(pollId) ?? {};
    const ofWebhooks = webhooks.reduce((sum, webhook) => sum + webhook.faults, 0);
    return [...accepted]
      .filter(([, times]) => times > 1 + (faults + ofWebhooks) * copies)
      .map(([place, times]) => `${pollId}: destination ${place} got its outcome ${times} times`);
  }

  /** Checks a poll that has ended. @returns violations */
  checkEnd({ pollId, plan }: PollHistory): string[] {
    if (plan.isPoison) return [];
    const { accepted, deadLetters } = this.#of(pollId);
    return plan.deliver.flatMap((destination, place) => {
      if (destination.end === "accepts") {
        return accepted.has(place) ? [] : [`${pollId}: destination ${place} never got its outcome`];
      }
      const named = namedInReason(destination);
      return deadLetters.some((said) => said.includes(named))
        ? []
        : [`${pollId}: no dead letter for destination ${place}, a ${destination.kind}`];
    });
  }

  #of(pollId: string): DeliveryHistory {
    const known = this.#histories.get(pollId);
    if (known !== undefined) return known;
    const history = { accepted: new Map(), attempts: new Map(), deadLetters: [], webhooks: [] };
    this.#histories.set(pollId, history);
    return history;
  }
}

function namedInReason({ kind }: DestinationPlan): string {
  return kind === "webhook" ? "to its webhook" : `deliver.${kind}:`;
}
