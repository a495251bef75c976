import type { PollStatus } from "../../../lib/polls/poll-status.ts";

/** What differs from the reading before. */
export interface SnapshotChanges {
  readonly changed: readonly PollStatus[];
  /** The ids of polls whose rows are no longer there. */
  readonly gone: readonly string[];
}

/** The polls as they were last read. */
export interface PollSnapshot {
  readonly size: number;
  /** The bytes of all polls as JSON: about what their rows take. */
  readonly bytes: number;
  polls(): Iterable<PollStatus>;
  /** Takes what a reading of the whole table found. */
  replaceAll(polls: readonly PollStatus[]): SnapshotChanges;
  /** Takes one poll that was read alone. Returns whether it differs. */
  put(poll: PollStatus): boolean;
}

export function createPollSnapshot(): PollSnapshot {
  let kept = new Map<string, { readonly poll: PollStatus; readonly json: string }>();
  let bytes = 0;
  const isNew = (pollId: string, json: string): boolean => kept.get(pollId)?.json !== json;
  return {
    get size() {
      return kept.size;
    },
    get bytes() {
      return bytes;
    },
    *polls() {
      for (const { poll } of kept.values()) yield poll;
    },
    replaceAll(polls) {
      const entries = polls.map((poll) => ({ poll, json: JSON.stringify(poll) }));
      const changed = entries.filter(({ poll, json }) => isNew(poll.pollId, json));
      const found = new Map(entries.map((entry) => [entry.poll.pollId, entry]));
      const gone = [...kept.keys()].filter((pollId) => !found.has(pollId));
      kept = found;
      bytes = entries.reduce((sum, { json }) => sum + json.length, 0);
      return { changed: changed.map(({ poll }) => poll), gone };
    },
    put(poll) {
      const json = JSON.stringify(poll);
      if (!isNew(poll.pollId, json)) return false;
      bytes += json.length - (kept.get(poll.pollId)?.json.length ?? 0);
      kept.set(poll.pollId, { poll, json });
      return true;
    },
  };
}
