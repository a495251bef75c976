import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { call, errorWords } from "../api/call.ts";
import type { ConsoleEvent } from "../api/events.ts";
import { type Poll, type PollPage, pollPageSchema } from "../api/schemas.ts";
import { useConsole, useEvents } from "../hooks/use-console.ts";
import { type PollFilter, queryOf } from "./poll-filter.ts";

/** The rows of the list, as far as they have been read. */
export interface PollRows {
  readonly page?: Omit<PollPage, "polls" | "cursor">;
  readonly rows: readonly Poll[];
  readonly error?: string;
  /** Whether polls came or went that the rows do not show yet. */
  readonly isOld: boolean;
  readonly reload: () => void;
  /** Reads on until the row is there. */
  readonly needUpTo: (row: number) => void;
}

/** How far the list has been read. */
interface Reading {
  cursor?: string;
  needed: number;
  isReading: boolean;
  /** Whether the last reading failed. */
  hasFailed: boolean;
  /** Of the first page: what was asked before it does not count. */
  generation: number;
}

const PAGE_ROWS = 1000;
const REFRESH_MS = 2000;
const TYPING_MS = 150;

/**
 * Reads the list page by page, and keeps its rows as events say.
 *
 * @param isBusy while the reader is in the middle of the list, rows change where they stand, but none moves
 */
export function usePollRows(filter: PollFilter, isBusy: () => boolean): PollRows {
  const { epoch } = useConsole();
  const [state, setState] = useState<Omit<PollRows, "reload" | "needUpTo">>({
    rows: [],
    isOld: false,
  });
  const next = useRef<Reading>({ needed: 0, isReading: false, hasFailed: false, generation: 0 });

  const read = useCallback(
    async (isFirst: boolean): Promise<void> => {
      const at = next.current;
      if (at.isReading && !isFirst) return;
      if (isFirst) at.generation++;
      const { generation } = at;
      at.isReading = true;
      const cursor = isFirst ? undefined : at.cursor;
      try {
        const path = `/api/polls?${queryOf(filter, PAGE_ROWS, cursor)}`;
        const { polls, cursor: following, ...page } = await call(pollPageSchema, path);
        if (generation !== at.generation) return;
        delete at.cursor;
        if (following !== undefined) at.cursor = following;
        setState(({ rows }) => ({
          page,
          rows: isFirst ? polls : [...rows, ...polls],
          isOld: false,
        }));
        at.isReading = false;
        at.hasFailed = false;
      } catch (error) {
        if (generation !== at.generation) return;
        at.isReading = false;
        at.hasFailed = true;
        setState((before) => ({ ...before, error: errorWords(error) }));
      }
    },
    [filter],
  );

  useEffect(() => {
    next.current.needed = 0;
    const timer = setTimeout(() => read(true), TYPING_MS);
    return () => clearTimeout(timer);
  }, [read, epoch]);

  const { rows } = state;
  useEffect(() => {
    const { cursor, needed } = next.current;
    if (cursor !== undefined && needed >= rows.length) read(false);
  }, [rows, read]);

  const needUpTo = useCallback(
    (row: number) => {
      const at = next.current;
      at.needed = Math.max(at.needed, row);
      if (at.cursor !== undefined && at.needed >= rows.length) read(false);
    },
    [rows, read],
  );

  const changes = useRef({ polls: new Map<string, Poll>(), isOther: false });
  const take = useCallback((event: ConsoleEvent) => {
    if (event.kind === "poll") changes.current.polls.set(event.poll.pollId, event.poll);
    if (event.kind === "gone") changes.current.isOther = true;
    // The stack is there again: no poll may have changed meanwhile.
    const isBack = event.kind === "summary" && event.summary.problem === undefined;
    if (isBack && next.current.hasFailed) changes.current.isOther = true;
  }, []);
  useEvents(take);
  useEffect(() => {
    const timer = setInterval(() => {
      const { polls, isOther } = changes.current;
      if (polls.size === 0 && !isOther) return;
      changes.current = { polls: new Map(), isOther: false };
      setState((before) => ({
        ...before,
        rows: before.rows.map((row) => polls.get(row.pollId) ?? row),
        isOld: true,
      }));
      if (!isBusy() && !document.hidden) read(true);
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [read, isBusy]);

  const reload = useCallback(() => void read(true), [read]);
  return { ...state, reload, needUpTo };
}
