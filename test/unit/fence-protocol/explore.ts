import { type Message, movesOf, type Protocol, submitted, type World } from "./checkpoint-world.ts";

export interface Bounds {
  readonly protocol: Protocol;
  /** The sequence at which the poll ends at the latest. */
  readonly lastSequence: number;
  /** The most faults: duplicates, crashes, lost answers, redrives. */
  readonly faults: number;
  /** How often the poll may be submitted again. */
  readonly submissions?: number;
  /** How often the poll may be cancelled. */
  readonly cancels?: number;
  /** How often a nudge may send a message beside one that waits. */
  readonly nudges?: number;
  /** The most requests that one fault may add. */
  readonly requestsPerFault: number;
}

export interface Exploration {
  readonly states: number;
  /** The moves that lead to the first state that must not be; `undefined` when there is none. */
  readonly counterexample:
    | { readonly broken: string; readonly moves: readonly string[] }
    | undefined;
}

/** A state, and how it was reached first. */
interface Visited {
  readonly world: World;
  readonly from?: Visited;
  readonly move: string;
  /** The states that lead here without a fault. */
  readonly faultlessFrom: Visited[];
  canEnd: boolean;
}

/** Visits every state that can be reached, and checks each; finds a shortest way to one that must not be. */
export function explore(bounds: Bounds): Exploration {
  const { protocol, lastSequence, faults, submissions = 0, cancels = 0, nudges = 0 } = bounds;
  const world = submitted({ faults, submissions, cancels, nudges });
  const start: Visited = { world, move: "", faultlessFrom: [], canEnd: false };
  const visited = new Map([[keyOf(world), start]]);
  const good: Visited[] = [];
  // A map is walked in the order of its entries, those that are added meanwhile too: the shortest ways come first.
  for (const state of visited.values()) {
    const broken = brokenIn(state.world, bounds);
    if (broken !== undefined) return found(broken, state, visited.size);
    const { delivered, messages } = state.world;
    if (delivered.length > 0 && messages.length === 0) good.push(state);
    for (const { name, isFault, to } of movesOf(state.world, protocol, lastSequence)) {
      const key = keyOf(to);
      let next = visited.get(key);
      if (next === undefined) {
        next = { world: to, from: state, move: name, faultlessFrom: [], canEnd: false };
        visited.set(key, next);
      }
      if (!isFault) next.faultlessFrom.push(state);
    }
  }
  const stuck = firstStuck(visited.values(), good);
  return stuck === undefined
    ? { states: visited.size, counterexample: undefined }
    : found("the poll cannot end", stuck, visited.size);
}

function found(broken: string, state: Visited, states: number): Exploration {
  const moves: string[] = [];
  for (let at = state; at.from !== undefined; at = at.from) moves.unshift(at.move);
  return { states, counterexample: { broken, moves } };
}

function brokenIn(world: World, { lastSequence, faults, requestsPerFault }: Bounds) {
  const { delivered, messages, requests, left } = world;
  if (delivered.length > 1) return "two outcomes";
  if (delivered.length === 0 && messages.length === 0) return "the poll is lost";
  const most = lastSequence + 1 + requestsPerFault * (faults - left.faults);
  return requests > most ? "too many requests" : undefined;
}

/** A state from which the poll cannot end even if nothing fails any more. */
function firstStuck(all: Iterable<Visited>, good: readonly Visited[]): Visited | undefined {
  const open = [...good];
  for (const state of open) state.canEnd = true;
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    for (const from of state.faultlessFrom) {
      if (from.canEnd) continue;
      from.canEnd = true;
      open.push(from);
    }
  }
  for (const state of all) if (!state.canEnd) return state;
  return undefined;
}

/** Equal states have equal keys, in whatever order their messages and invocations were made. */
function keyOf({ messages, attempts, row, delivered, requests, left }: World): string {
  const sorted = messages.map((of) => ({ id: of.id, text: textOf(of) }));
  if (sorted.length > 1) sorted.sort((one, other) => (one.text < other.text ? -1 : 1));
  const runs = attempts.map(({ id, message, step, hasClaimed, outcome }) => {
    const { sequence, copyId, redeliveries } = message;
    const place = sorted.findIndex((of) => of.id === message.id);
    const holds = row?.claimId === `claim-${id}`;
    return `${place},${sequence},${copyId},${redeliveries},${step},${hasClaimed},${outcome},${holds}`;
  });
  if (runs.length > 1) runs.sort();
  const { seen, owner, leaseUntil, outcome } = row ?? {};
  const { faults, submissions, cancels, nudges } = left;
  let key = `${requests},${faults},${submissions},${cancels},${nudges};${seen},${owner},${leaseUntil},${outcome !== undefined}`;
  for (const { text } of sorted) key += `;${text}`;
  for (const run of runs) key += `;${run}`;
  for (const told of delivered) key += `;${told}`;
  return key;
}

const textOf = ({ sequence, copyId, redeliveries, isVisible }: Message): string =>
  `${sequence},${copyId},${redeliveries},${isVisible}`;
