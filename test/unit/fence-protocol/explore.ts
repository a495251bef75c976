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

/** Visits every state that can be reached, and checks each; finds a shortest way to one that must not be. */
export function explore(bounds: Bounds): Exploration {
  const { protocol, lastSequence, faults, submissions = 0, cancels = 0, nudges = 0 } = bounds;
  const start = submitted({ faults, submissions, cancels, nudges });
  const visited = new Map<string, { readonly from: string; readonly move: string }>();
  const faultlessInto = new Map<string, string[]>();
  const good: string[] = [];
  let layer: [string, World][] = [[keyOf(start), start]];
  visited.set(keyOf(start), { from: "", move: "" });
  const wayTo = (key: string): string[] => {
    const { from, move } = visited.get(key) ?? { from: "", move: "" };
    return move === "" ? [] : [...wayTo(from), move];
  };
  while (layer.length > 0) {
    const next: [string, World][] = [];
    for (const [key, world] of layer) {
      const broken = brokenIn(world, bounds);
      if (broken !== undefined) {
        return { states: visited.size, counterexample: { broken, moves: wayTo(key) } };
      }
      if (world.delivered.length > 0 && world.messages.length === 0) good.push(key);
      for (const { name, isFault, to } of movesOf(world, protocol, lastSequence)) {
        const toKey = keyOf(to);
        if (!isFault) {
          const into = faultlessInto.get(toKey);
          if (into === undefined) faultlessInto.set(toKey, [key]);
          else into.push(key);
        }
        if (visited.has(toKey)) continue;
        visited.set(toKey, { from: key, move: name });
        next.push([toKey, to]);
      }
    }
    layer = next;
  }
  const stuck = firstStuck(visited.keys(), good, faultlessInto);
  const counterexample =
    stuck === undefined ? undefined : { broken: "the poll cannot end", moves: wayTo(stuck) };
  return { states: visited.size, counterexample };
}

function brokenIn(world: World, { lastSequence, faults, requestsPerFault }: Bounds) {
  const { delivered, messages, requests, left } = world;
  if (delivered.length > 1) return "two outcomes";
  if (delivered.length === 0 && messages.length === 0) return "the poll is lost";
  const most = lastSequence + 1 + requestsPerFault * (faults - left.faults);
  return requests > most ? "too many requests" : undefined;
}

/** A state from which the poll cannot end even if nothing fails any more. */
function firstStuck(
  all: Iterable<string>,
  good: readonly string[],
  into: ReadonlyMap<string, readonly string[]>,
): string | undefined {
  const ends = new Set(good);
  const open = [...good];
  for (let key = open.pop(); key !== undefined; key = open.pop()) {
    for (const from of into.get(key) ?? []) {
      if (ends.has(from)) continue;
      ends.add(from);
      open.push(from);
    }
  }
  for (const key of all) if (!ends.has(key)) return key;
  return undefined;
}

/** Equal states have equal keys, in whatever order their messages and invocations were made. */
function keyOf({ messages, attempts, row, delivered, requests, left }: World): string {
  const sorted = messages.toSorted((one, other) => (textOf(one) < textOf(other) ? -1 : 1));
  const places = new Map(sorted.map(({ id }, place) => [id, place]));
  const runs = attempts.map(({ id, message, step, hasClaimed, outcome }) => {
    const { sequence, copyId, redeliveries } = message;
    const holds = row?.claimId === `claim-${id}`;
    return [
      places.get(message.id),
      sequence,
      copyId,
      redeliveries,
      step,
      hasClaimed,
      outcome,
      holds,
    ].join();
  });
  const claims = row && [row.seen, row.owner, row.leaseUntil, row.outcome !== undefined];
  return [
    sorted.map(textOf),
    runs.sort(),
    claims,
    delivered,
    requests,
    ...Object.values(left),
  ].join(";");
}

const textOf = ({ sequence, copyId, redeliveries, isVisible }: Message): string =>
  [sequence, copyId, redeliveries, isVisible].join();
