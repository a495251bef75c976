import type { PollState } from "../../../lib/polls/poll-states.ts";
import type { PollStatus } from "../../../lib/polls/poll-status.ts";

/** What the page asks of the list. */
export interface PollFilter {
  /** Empty: all states. */
  readonly states: readonly PollState[];
  /** Part of the origin. */
  readonly host?: string;
  /** Part of the id, of the origin, or of what the poll waits for. */
  readonly text?: string;
}

export const SORTS = ["changed", "due", "retries", "age", "id", "host", "state"] as const;
export type Sort = (typeof SORTS)[number];

export interface PageRequest extends PollFilter {
  readonly sort: Sort;
  readonly order: "asc" | "desc";
  readonly limit: number;
  /** From the page before. */
  readonly cursor?: string;
}

/** Some polls of the list, and the figures of the whole list. */
export interface PollPage extends PollFigures {
  /** Without their history. */
  readonly polls: readonly PollStatus[];
  /** Of the next page; absent on the last one. */
  readonly cursor?: string;
  /** The polls that the filter matches. */
  readonly total: number;
  /** The origins of all polls, sorted. */
  readonly hosts: readonly string[];
}

export interface PollFigures {
  /** By state. */
  readonly counts: Readonly<Partial<Record<PollState, number>>>;
  /** The polls that are due within the next minute. */
  readonly dueWithinMinute: number;
}

const MINUTE_MS = 60_000;

/**
 * One page of the list. `counts` and `dueWithinMinute` ignore the filter of states, so that they tell how many each
 * other choice would show.
 *
 * @param now in epoch ms
 */
export function pollPage(all: Iterable<PollStatus>, request: PageRequest, now: number): PollPage {
  const matching: PollStatus[] = [];
  const hosts = new Set<string>();
  for (const poll of all) {
    if (poll.origin !== undefined) hosts.add(poll.origin);
    if (matchesText(poll, request)) matching.push(poll);
  }
  const { states } = request;
  const chosen =
    states.length === 0 ? matching : matching.filter(({ state }) => states.includes(state));
  const sorted = inOrder(chosen, request);
  const start = request.cursor === undefined ? 0 : startAfter(sorted, request);
  const polls = sorted.slice(start, start + request.limit);
  const last = polls.at(-1);
  const hasMore = start + request.limit < sorted.length;
  return {
    polls: polls.map(withoutHistory),
    ...(last && hasMore && { cursor: cursorOf(last, request.sort) }),
    total: sorted.length,
    ...pollFigures(matching, now),
    hosts: [...hosts].sort(),
  };
}

/** The figures of all polls. */
export function pollFigures(polls: readonly PollStatus[], now: number): PollFigures {
  return { counts: countByState(polls), dueWithinMinute: dueBefore(polls, now + MINUTE_MS) };
}

/** A poll as the list shows it. */
export function withoutHistory(poll: PollStatus): PollStatus {
  return { ...poll, history: [] };
}

function matchesText(poll: PollStatus, { host, text }: PollFilter): boolean {
  const { pollId, origin = "", waitsFor = "", lastAnswer } = poll;
  if (host !== undefined && !origin.toLowerCase().includes(host.toLowerCase())) return false;
  if (text === undefined) return true;
  const wanted = text.toLowerCase();
  return [pollId, origin, waitsFor, lastAnswer?.error ?? ""].some((part) =>
    part.toLowerCase().includes(wanted),
  );
}

function countByState(polls: readonly PollStatus[]): Partial<Record<PollState, number>> {
  const counts: Partial<Record<PollState, number>> = {};
  for (const { state } of polls) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

function dueBefore(polls: readonly PollStatus[], before: number): number {
  return polls.filter(({ dueAt }) => dueAt !== undefined && Date.parse(dueAt) <= before).length;
}

type Key = number | string;

/** A poll without a time of its own comes last in the order of due polls. */
const KEYS: Readonly<Record<Sort, (poll: PollStatus) => Key>> = {
  changed: ({ changedAt }) => Date.parse(changedAt),
  due: ({ dueAt }) => (dueAt === undefined ? Number.MAX_SAFE_INTEGER : Date.parse(dueAt)),
  retries: ({ retryCount }) => retryCount,
  age: ({ startedAt }) => -Date.parse(startedAt),
  id: ({ pollId }) => pollId,
  host: ({ origin = "" }) => origin,
  state: ({ state }) => state,
};

function inOrder(polls: readonly PollStatus[], { sort, order }: PageRequest): PollStatus[] {
  const keyed = polls.map((poll) => ({ poll, key: KEYS[sort](poll) }));
  keyed.sort((a, b) => comparePlaces([a.key, a.poll.pollId], [b.key, b.poll.pollId], order));
  return keyed.map(({ poll }) => poll);
}

/** The key of a poll, and its id, which orders polls with the same key. */
type Place = readonly [key: Key, pollId: string];

function comparePlaces(a: Place, b: Place, order: "asc" | "desc"): number {
  const byKey = compare(a[0], b[0]);
  if (byKey !== 0) return order === "asc" ? byKey : -byKey;
  return compare(a[1], b[1]);
}

function compare(a: Key, b: Key): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

/** A cursor names a place, not a number of rows: polls that move meanwhile shift nothing. */
function cursorOf(poll: PollStatus, sort: Sort): string {
  return Buffer.from(JSON.stringify([KEYS[sort](poll), poll.pollId])).toString("base64url");
}

function startAfter(sorted: readonly PollStatus[], request: PageRequest): number {
  const place = placeIn(request.cursor ?? "");
  if (place === undefined) return 0;
  const { sort, order } = request;
  const next = sorted.findIndex(
    (poll) => comparePlaces([KEYS[sort](poll), poll.pollId], place, order) > 0,
  );
  return next === -1 ? sorted.length : next;
}

function placeIn(cursor: string): Place | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, "base64url").toString());
    if (!Array.isArray(value)) return undefined;
    const [key, pollId]: unknown[] = value;
    const isKey = typeof key === "number" || typeof key === "string";
    return isKey && typeof pollId === "string" ? [key, pollId] : undefined;
  } catch {
    return undefined;
  }
}
