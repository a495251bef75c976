import pLimit from "p-limit";
import { messageOf } from "../../../lib/message-of.ts";
import type { PollStatus } from "../../../lib/polls/poll-status.ts";
import type { ConsoleClient } from "../console-source.ts";
import type { ConsoleEvent } from "../events/event-reader.ts";
import { pollFigures, withoutHistory } from "./poll-page.ts";
import { createPollSnapshot, type PollSnapshot } from "./poll-snapshot.ts";
import { type Reading, type RefreshPace, refreshPace } from "./refresh-pace.ts";

/** More rows than this are not kept in memory; their histories take about 150 MB. */
const MAX_ROWS = 50_000;
/** More single reads at once cost more than to read the whole table. */
const MAX_SINGLE_READS = 200;
const SINGLE_READS_AT_ONCE = 8;
/** Invocations that end shortly one after the other are read together. */
const GATHER_MS = 150;

export interface PollWatchOptions {
  readonly client: Pick<ConsoleClient, "list" | "status">;
  readonly isLocal: boolean;
  readonly now: () => number;
  /** Whether a page is open: without one, nothing is read. */
  readonly isWatched: () => boolean;
  readonly send: (event: ConsoleEvent) => void;
}

/** The last reading of the table, for the page. */
export interface WatchState {
  readonly pace: RefreshPace;
  readonly rows: number;
  /** ISO 8601; absent before the first reading. */
  readonly readAt?: string;
  /** Set when the table has more rows than the console keeps. */
  readonly isPartial?: true;
  /** Why the last reading failed. */
  readonly problem?: string;
}

/** Keeps the polls as they were last read, and reads them again while a page is open. */
export interface PollWatch {
  readonly snapshot: PollSnapshot;
  state(): WatchState;
  /** Reads the table now if the last reading is older than the pace. @throws what the reading throws */
  fresh(): Promise<void>;
  /** Reads these polls soon: something happened to them. */
  changed(pollIds: Iterable<string>): void;
  /** Goes on reading after a page was opened. */
  resume(): void;
  summary(): ConsoleEvent;
  close(): void;
}

export function createPollWatch(options: PollWatchOptions): PollWatch {
  const { client, isLocal, now, isWatched, send } = options;
  const snapshot = createPollSnapshot();
  const limit = pLimit(SINGLE_READS_AT_ONCE);
  const changedIds = new Set<string>();
  /** Polls read alone while the whole table is read: newer than what that reading finds. */
  let readMeanwhile = new Map<string, PollStatus>();
  let pace = refreshPace({ rows: 0, bytes: 0, tookMs: 0 }, isLocal);
  let readAt: number | undefined;
  let isPartial = false;
  let problem: string | undefined;
  let reading: Promise<void> | undefined;
  let refreshTimer: NodeJS.Timeout | undefined;
  let gatherTimer: NodeJS.Timeout | undefined;
  let isClosed = false;

  const readTable = async (): Promise<void> => {
    const startedAt = now();
    readMeanwhile = new Map();
    const found = new Map<string, PollStatus>();
    let hasMore = false;
    for await (const poll of client.list()) {
      hasMore = found.size >= MAX_ROWS;
      if (hasMore) break;
      found.set(poll.pollId, poll);
    }
    isPartial = hasMore;
    for (const poll of readMeanwhile.values()) found.set(poll.pollId, poll);
    const isFirst = readAt === undefined;
    const { changed, gone } = snapshot.replaceAll([...found.values()]);
    readAt = now();
    const measured: Reading = {
      rows: snapshot.size,
      bytes: snapshot.bytes,
      tookMs: readAt - startedAt,
    };
    pace = refreshPace(measured, isLocal);
    // The page has no poll before it asks for the list.
    if (!isFirst) for (const poll of changed) send(pollEvent(poll));
    for (const pollId of gone) send({ kind: "gone", key: `poll ${pollId}`, data: { pollId } });
    send(summary());
  };

  const readAll = (): Promise<void> => {
    reading ??= readTable()
      .then(() => {
        problem = undefined;
      })
      .catch((error: unknown) => {
        problem = messageOf(error);
        send(summary());
        throw error;
      })
      .finally(() => {
        reading = undefined;
        schedule();
      });
    return reading;
  };

  const readInBackground = (): void => {
    // The summary tells the page what went wrong.
    readAll().catch(() => undefined);
  };

  const schedule = (): void => {
    clearTimeout(refreshTimer);
    if (isClosed || !isWatched()) return;
    refreshTimer = setTimeout(readInBackground, pace.everySeconds * 1000);
    refreshTimer.unref();
  };

  const readChanged = async (): Promise<void> => {
    const pollIds = [...changedIds];
    changedIds.clear();
    if (pollIds.length > MAX_SINGLE_READS) return readAll();
    await limit.map(pollIds, readOne);
    send(summary());
  };

  const readOne = async (pollId: string): Promise<void> => {
    const poll = await client.status(pollId);
    if (poll === undefined) return;
    readMeanwhile.set(pollId, poll);
    if (snapshot.put(poll)) send(pollEvent(poll));
  };

  const gather = (): void => {
    if (isClosed || gatherTimer !== undefined) return;
    gatherTimer = setTimeout(() => {
      readChanged()
        .catch((error: unknown) => {
          problem = messageOf(error);
          send(summary());
        })
        .finally(() => {
          gatherTimer = undefined;
          if (changedIds.size > 0) gather();
        });
    }, GATHER_MS);
    gatherTimer.unref();
  };

  const state = (): WatchState => ({
    pace,
    rows: snapshot.size,
    ...(readAt !== undefined && { readAt: new Date(readAt).toISOString() }),
    ...(isPartial && { isPartial }),
    ...(problem !== undefined && { problem }),
  });

  const isStale = (): boolean => readAt === undefined || now() - readAt > pace.everySeconds * 1000;

  const summary = (): ConsoleEvent => {
    const { pace: _, ...rest } = state();
    const { counts, dueWithinMinute } = pollFigures([...snapshot.polls()], now());
    return {
      kind: "summary",
      key: "summary",
      data: { counts, dueWithinMinute, total: snapshot.size, ...rest },
    };
  };

  return {
    snapshot,
    state,
    async fresh() {
      if (isStale()) await readAll();
    },
    changed(pollIds) {
      if (!isWatched()) return;
      for (const pollId of pollIds) changedIds.add(pollId);
      if (changedIds.size > 0) gather();
    },
    resume() {
      if (isStale()) readInBackground();
      else schedule();
    },
    summary,
    close() {
      isClosed = true;
      clearTimeout(refreshTimer);
      clearTimeout(gatherTimer);
    },
  };
}

function pollEvent(poll: PollStatus): ConsoleEvent {
  return { kind: "poll", key: `poll ${poll.pollId}`, data: withoutHistory(poll) };
}
