/** What happened to one poll's start. */
interface StartHistory {
  /** How many requests to start have been made, or tried. */
  requests: number;
  /** The jobs that run, by what makes the server take two requests for the same: the key, or nothing. */
  readonly jobs: Map<string, number>;
  /** How many times it became unknown whether the start was made: a crash, or an answer that was lost. */
  causes: number;
}

/**
 * Counts the jobs that starts have started, and checks that no start is made twice. A server that is told an
 * idempotency key takes a second request for the first.
 */
export class Starts {
  readonly #histories = new Map<string, StartHistory>();

  /** How many requests to start a poll's job have been made, or tried. */
  requestsOf(pollId: string): number {
    return this.#of(pollId).requests;
  }

  requested(pollId: string): void {
    this.#of(pollId).requests++;
  }

  /** The server starts a poll's job, or knows the key. @returns the job's number */
  started(pollId: string, key: string | undefined): number {
    const { jobs } = this.#of(pollId);
    const job = jobs.size + 1;
    const name = key ?? `without a key ${job}`;
    jobs.set(name, jobs.get(name) ?? job);
    return jobs.get(name) ?? job;
  }

  /** From now on, nobody may know whether a poll's start was made. */
  mayBeUnknown(pollId: string): void {
    this.#of(pollId).causes++;
  }

  /** @param outcomes the distinct outcomes of the poll. @returns violations */
  check(pollId: string, outcomes: Iterable<string>): string[] {
    const history = this.#histories.get(pollId);
    if (history === undefined) return [];
    const { jobs, causes } = history;
    const isUnknown = [...outcomes].some((body) => body.includes("StartUnknownError"));
    return [
      ...(jobs.size > 1 ? [`${pollId}: started ${jobs.size} jobs`] : []),
      ...(isUnknown && causes === 0 ? [`${pollId}: its start is unknown without a cause`] : []),
    ];
  }

  #of(pollId: string): StartHistory {
    const known = this.#histories.get(pollId);
    if (known !== undefined) return known;
    const history = { requests: 0, jobs: new Map<string, number>(), causes: 0 };
    this.#histories.set(pollId, history);
    return history;
  }
}
