import type { Poll } from "../api/schemas.ts";
import { countOf, durationWords, secondsBetween } from "./durations.ts";
import { endedBadly, stateWords } from "./states.ts";
import { answerWords } from "./steps.ts";
import { hostOf, whyEnded } from "./waiting.ts";

/** Polls that are odd in the same way. */
export interface Finding {
  readonly text: string;
  /** The polls, the oddest first. */
  readonly pollIds: readonly string[];
  readonly look: "bad" | "late" | "odd";
  /** What the list is filtered and sorted by to show them. */
  readonly show: {
    readonly states: readonly string[];
    readonly host: string;
    readonly sort: string;
  };
}

interface Oddity {
  readonly key: string;
  /** What is said after `1 poll` or `3 polls`. */
  readonly text: string;
  readonly look: Finding["look"];
  readonly sort: string;
  /** Of two oddities of one poll, the graver one is said. */
  readonly gravity: number;
  /** Within its kind: the larger, the odder. */
  readonly size: number;
}

/** A poll that is due for less is only waiting for the next batch. */
const LATE_SECONDS = 60;
/** As many times the median of its host are odd. */
const FAR_ABOVE = 5;
/** A median of fewer polls says nothing. */
const ENOUGH_POLLS = 8;
/** A poll that has used this share of its retries will soon have none: perhaps its expressions never match. */
const NEARLY_ALL = 0.75;
/** A poll with fewer retries is meant to end soon. */
const MANY_RETRIES = 5;
/** An answer is rare when at most this share of a host's polls had its like. */
const RARE = 0.02;

/**
 * Finds what is odd among polls: ends that nobody wanted, polls that are late, and those that differ from the others of
 * their host. The rarest come first, for what many polls do is not odd.
 *
 * @param now in epoch ms
 */
export function findStandOuts(polls: readonly Poll[], now: number): Finding[] {
  const norms = normsByHost(polls, now);
  const found = new Map<string, Group>();
  for (const poll of polls) {
    const norm = norms.get(poll.origin ?? "");
    const oddity = oddities(poll, now, norm).sort((a, b) => b.gravity - a.gravity)[0];
    if (oddity === undefined) continue;
    const { key } = oddity;
    const entry = found.get(key) ?? { oddity, members: [] };
    entry.members.push({ poll, size: oddity.size });
    // The oddest one's words stand for all.
    found.set(key, { ...entry, oddity: entry.oddity.size < oddity.size ? oddity : entry.oddity });
  }
  return [...found.values()]
    .sort((a, b) => weight(b) - weight(a))
    .map(({ oddity, members }) => {
      const hosts = [...new Set(members.map(({ poll }) => poll.origin ?? ""))];
      return {
        text: `${countOf(members.length, "poll")} ${oddity.text}${at(hosts)}`,
        look: oddity.look,
        pollIds: members.sort((a, b) => b.size - a.size).map(({ poll }) => poll.pollId),
        show: {
          states: [...new Set(members.map(({ poll }) => poll.state))],
          host: hosts.length === 1 ? (hosts[0] ?? "") : "",
          sort: oddity.sort,
        },
      };
    });
}

/** What ten polls do is less odd than what one does. */
function weight({ oddity, members }: Group): number {
  return oddity.gravity - Math.log10(members.length);
}

interface Group {
  readonly oddity: Oddity;
  readonly members: { readonly poll: Poll; readonly size: number }[];
}

interface Norm {
  /** Those that have not ended. */
  readonly polls: number;
  /** Those, and the ones that succeeded. */
  readonly peers: number;
  /** Of the peers. */
  readonly retries: number;
  readonly waitSeconds: number;
  readonly liveSeconds: number;
  readonly refusals: ReadonlyMap<string, number>;
}

function oddities(poll: Poll, now: number, norm: Norm | undefined): Oddity[] {
  const ended = stateWords(poll.state).isEnded;
  return [
    ...(poll.undelivered ? [undeliveredOddity(poll)] : []),
    ...(endedBadly(poll.state) ? [endOddity(poll)] : []),
    ...(ended ? [] : [...deliveryOddity(poll), ...lateOddity(poll, now), ...endlessOddity(poll)]),
    ...(ended || norm === undefined ? [] : differences(poll, now, norm)),
  ];
}

function undeliveredOddity({ undelivered }: Poll): Oddity {
  return {
    key: "undelivered",
    text: "ended, but the outcome is not delivered",
    look: "bad",
    sort: "changed",
    gravity: 5,
    size: undelivered?.attempts ?? 0,
  };
}

/** A webhook that refuses an outcome again and again. */
function deliveryOddity({ delivers, lastAnswer, retryCount }: Poll): Oddity[] {
  if (delivers === undefined || lastAnswer === undefined) return [];
  if (refusalIn(lastAnswer) === "") return [];
  const answer = answerWords(lastAnswer);
  return [
    {
      key: `delivery ${answer}`,
      text: `cannot deliver an outcome: ${answer}`,
      look: "bad",
      sort: "retries",
      gravity: 4.5,
      size: retryCount,
    },
  ];
}

function endOddity(poll: Poll): Oddity {
  const { state, changedAt } = poll;
  const said = whyEnded(poll);
  const why = said === "" ? "" : `: ${said}`;
  return {
    key: `${state}${why}`,
    text: `${stateWords(state).word}${why}`,
    look: "bad",
    sort: "changed",
    gravity: 4,
    size: Date.parse(changedAt),
  };
}

function lateOddity({ dueAt, state, changedAt }: Poll, now: number): Oddity[] {
  const since = dueAt ?? (state === "asking" ? changedAt : undefined);
  const seconds = since === undefined ? 0 : secondsBetween(since, now);
  if (seconds <= LATE_SECONDS) return [];
  return [
    {
      key: "late",
      text: `late by up to ${durationWords(seconds)}`,
      look: "late",
      sort: "due",
      gravity: 3,
      size: seconds,
    },
  ];
}

function endlessOddity({ retryCount, maxRetries = Infinity, delivers }: Poll): Oddity[] {
  const isEndless = retryCount >= MANY_RETRIES && retryCount >= NEARLY_ALL * maxRetries;
  if (!isEndless || delivers !== undefined) return [];
  return [
    {
      key: "endless",
      text: `not done after ${retryCount} of ${maxRetries} retries`,
      look: "odd",
      sort: "retries",
      gravity: 2.2,
      size: retryCount / maxRetries,
    },
  ];
}

/** What is far from the norm of a host with enough polls. */
function differences(poll: Poll, now: number, norm: Norm): Oddity[] {
  const { retryCount, lastAnswer, startedAt, dueAt } = poll;
  const found: Oddity[] = [];
  const odd = (key: string, sort: string, text: string, gravity: number, size: number) =>
    found.push({ key, sort, text, look: "odd", gravity, size });
  const isFar = retryCount > MANY_RETRIES && retryCount > FAR_ABOVE * norm.retries;
  if (isFar && norm.peers >= ENOUGH_POLLS) {
    odd("retries", "retries", `with far more retries than others, ${retryCount},`, 2, retryCount);
  }
  if (norm.polls < ENOUGH_POLLS) return found;
  const answer = refusalIn(lastAnswer);
  if (answer !== "" && (norm.refusals.get(answer) ?? 0) <= Math.max(1, norm.polls * RARE)) {
    odd(`answer ${answer}`, "changed", `got ${answer}, which is rare,`, 2.5, 0);
  }
  const wait = dueAt === undefined ? 0 : -secondsBetween(dueAt, now);
  if (wait > LATE_SECONDS && wait > FAR_ABOVE * norm.waitSeconds) {
    odd("wait", "due", `with a far longer wait than others, ${durationWords(wait)},`, 1.5, wait);
  }
  const age = secondsBetween(startedAt, now);
  if (age > LATE_SECONDS && age > FAR_ABOVE * norm.liveSeconds) {
    odd("age", "age", `far older than others, ${durationWords(age)},`, 1, age);
  }
  return found;
}

function normsByHost(polls: readonly Poll[], now: number): Map<string, Norm> {
  const byHost = Map.groupBy(polls, ({ origin }) => origin ?? "");
  return new Map([...byHost].map(([host, ofHost]) => [host, normOf(ofHost, now)]));
}

function normOf(ofHost: readonly Poll[], now: number): Norm {
  const polls = ofHost.filter(({ state }) => !stateWords(state).isEnded);
  const peers = [...polls, ...ofHost.filter(({ state }) => state === "succeeded")];
  const refusals = new Map<string, number>();
  for (const { lastAnswer } of polls) {
    const key = refusalIn(lastAnswer);
    if (key !== "") refusals.set(key, (refusals.get(key) ?? 0) + 1);
  }
  return {
    polls: polls.length,
    peers: peers.length,
    retries: median(peers.map(({ retryCount }) => retryCount)),
    waitSeconds: median(
      polls.flatMap(({ dueAt }) => (dueAt === undefined ? [] : [-secondsBetween(dueAt, now)])),
    ),
    liveSeconds: median(polls.map(({ startedAt }) => secondsBetween(startedAt, now))),
    refusals,
  };
}

/** The status of an answer that refuses, or why there was none; empty: an answer as it should be. */
function refusalIn(answer: Poll["lastAnswer"]): string {
  if (answer === undefined || answer.kind === "held") return "";
  const { status, error = "" } = answer;
  if (status === undefined) return error;
  return status >= 400 ? `${status}` : "";
}

function at(hosts: readonly string[]): string {
  const [host = ""] = hosts;
  if (hosts.length > 1) return ` at ${hosts.length} hosts`;
  return host === "" ? "" : ` at ${hostOf(host)}`;
}

/** The middle of numbers; 0 of none. */
export function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
