import pLimit from "p-limit";
import { type JsonObject, readOwnJson, toJson } from "../json/json.ts";
import { fitOutcome, isStored } from "../outcome/outcome-json.ts";
import type { OutcomeStore } from "../outcome/outcome-store.ts";
import type { Delivery } from "./delivery.ts";
import type { Destination } from "./destination.ts";

/** An outcome and where it goes. */
export interface Deliverable {
  readonly outcome: JsonObject;
  /** Its JSON, if already written: it is delivered byte for byte where it fits. */
  readonly json: string | undefined;
  readonly destinations: readonly Destination[];
  /** The trace of its poll, as an X-Ray trace header, for the destinations that take one. */
  readonly traceHeader?: string | undefined;
}

/**
 * Delivers outcomes to their destinations, all destinations at once, so that none waits for another. Never rejects.
 *
 * @param deliveryTo makes the delivery to a destination
 * @returns for each outcome, the refusal of each of its destinations, in order; `undefined`: it was accepted
 */
export async function deliverEach(
  deliverables: readonly Deliverable[],
  deliveryTo: (destination: Destination) => Delivery,
  options: DeliverEachOptions,
): Promise<(Error | undefined)[][]> {
  const refusals: (Error | undefined)[][] = deliverables.map(() => []);
  const groups = new Map<string, { to: Destination; entries: Entry[] }>();
  deliverables.forEach((deliverable, place) => {
    deliverable.destinations.forEach((to, index) => {
      const setRefusal: SetRefusal = (refusal) => {
        const ofDeliverable = refusals[place];
        if (ofDeliverable !== undefined) ofDeliverable[index] = refusal;
      };
      const key = JSON.stringify(to);
      const group = groups.get(key) ?? { to, entries: [] };
      groups.set(key, group);
      group.entries.push({ deliverable, setRefusal });
    });
  });
  const stored = storedOnce(options);
  await Promise.all(
    [...groups.values()].map(async ({ to, entries }) => {
      try {
        await deliverTo(deliveryTo(to), entries, options, stored);
      } catch (error) {
        for (const { setRefusal } of entries) setRefusal(asError(error));
      }
    }),
  );
  return refusals;
}

/** The options of {@link deliverEach}. */
export interface DeliverEachOptions {
  readonly signal: AbortSignal | undefined;
  /** Stores outcomes that are too large for a destination. `undefined`: they are shortened. */
  readonly store?: OutcomeStore | undefined;
}

type SetRefusal = (refusal: Error | undefined) => void;

interface Entry {
  readonly deliverable: Deliverable;
  readonly setRefusal: SetRefusal;
}

/** Writes the JSON of an outcome, which is then shortened for its destination if it is too large. */
type Write = (deliverable: Deliverable) => Promise<string> | string;

/** What has to be stored first does not delay what fits. */
async function deliverTo(
  delivery: Delivery,
  entries: readonly Entry[],
  { signal }: DeliverEachOptions,
  stored: Write | undefined,
): Promise<void> {
  const { large = [], small = [] } = Object.groupBy(entries, ({ deliverable }) =>
    stored === undefined || fitsWhole(deliverable, delivery) ? "small" : "large",
  );
  const deliverAs = async (entries: readonly Entry[], write: Write): Promise<void> => {
    const ready = (
      await Promise.all(entries.map((entry) => fitted(entry, delivery, write)))
    ).flat();
    if (ready.length === 0) return;
    const outcomes = ready.map(({ written }) => written);
    const refusals = await delivery.deliver(outcomes, { signal });
    ready.forEach(({ setRefusal }, index) => {
      setRefusal(refusals[index]);
    });
  };
  await Promise.all([deliverAs(small, whole), deliverAs(large, stored ?? whole)]);
}

/** An outcome so that its destination accepts it; none when that is impossible. */
async function fitted(
  { deliverable, setRefusal }: Entry,
  { maxBytes, fits }: Delivery,
  write: Write,
) {
  const { outcome, traceHeader } = deliverable;
  try {
    const json = fitOutcome(outcome, maxBytes, await write(deliverable), (json) =>
      fits === undefined ? true : fits(json, outcome),
    );
    return [{ written: { outcome, json, traceHeader }, setRefusal }];
  } catch (error) {
    setRefusal(asError(error));
    return [];
  }
}

function fitsWhole(
  deliverable: Deliverable,
  { maxBytes, fits }: Pick<Delivery, "maxBytes" | "fits">,
): boolean {
  const { outcome } = deliverable;
  try {
    const json = whole(deliverable);
    return (
      isStored(outcome) || (Buffer.byteLength(json) <= maxBytes && (fits?.(json, outcome) ?? true))
    );
  } catch {
    // What cannot be written is refused alone, when it is fitted.
    return true;
  }
}

function whole({ outcome, json }: Deliverable): string {
  return json ?? toJson(outcome);
}

/** How many outcomes are stored at the same time: each can take several MB of memory. */
const STORED_AT_ONCE = 10;

/** Stores an outcome once, however many destinations it is too large for. */
function storedOnce({ store, signal }: DeliverEachOptions): Write | undefined {
  if (store === undefined) return undefined;
  const limit = pLimit(STORED_AT_ONCE);
  const storing = new Map<Deliverable, Promise<string>>();
  return (deliverable) => {
    const stored =
      storing.get(deliverable) ??
      limit(() => storedJson(deliverable.outcome, whole(deliverable), store, signal));
    storing.set(deliverable, stored);
    return stored;
  };
}

async function storedJson(
  outcome: JsonObject,
  json: string,
  store: OutcomeStore,
  signal: AbortSignal | undefined,
): Promise<string> {
  const stored = await store.store(outcome, json, { signal });
  return toJson({ ...readOwnJson(json), stored });
}

/**
 * The outcome for the body of a dead letter: stored as a whole if it is too large, or else shortened.
 *
 * @param maxBytes the room in the letter
 * @throws when it could not be stored, or does not fit
 */
export async function outcomeForLetter(
  deliverable: Deliverable,
  maxBytes: number,
  options: DeliverEachOptions,
): Promise<string> {
  const letter = { maxBytes };
  const write = fitsWhole(deliverable, letter) ? whole : (storedOnce(options) ?? whole);
  return fitOutcome(deliverable.outcome, maxBytes, await write(deliverable));
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(`a ${typeof error} was thrown`);
}
