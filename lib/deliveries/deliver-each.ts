import pLimit from "p-limit";
import { type JsonObject, readOwnJson, toJson } from "../json/json.ts";
import { fitOutcome, isStored } from "../outcome/outcome-json.ts";
import type { OutcomeStore } from "../outcome/outcome-store.ts";
import type { Delivery } from "./delivery.ts";
import type { Destination } from "./destination.ts";

/** An outcome and where it goes. */
export interface Parcel {
  readonly outcome: JsonObject;
  /** Its JSON, if already written: it is delivered byte for byte where it fits. */
  readonly json: string | undefined;
  readonly destinations: readonly Destination[];
}

/**
 * Delivers outcomes to their destinations, all destinations at once, so that none waits for another. Never rejects.
 *
 * @param deliveryTo makes the delivery to a destination
 * @returns for each outcome, the refusal of each of its destinations, in order; `undefined`: it was accepted
 */
export async function deliverEach(
  parcels: readonly Parcel[],
  deliveryTo: (destination: Destination) => Delivery,
  options: DeliverEachOptions,
): Promise<(Error | undefined)[][]> {
  const refusals: (Error | undefined)[][] = parcels.map(() => []);
  const shipments = new Map<string, { to: Destination; stops: Stop[] }>();
  parcels.forEach((parcel, place) => {
    parcel.destinations.forEach((to, stop) => {
      const note: Note = (refusal) => {
        const ofParcel = refusals[place];
        if (ofParcel !== undefined) ofParcel[stop] = refusal;
      };
      const key = JSON.stringify(to);
      const shipment = shipments.get(key) ?? { to, stops: [] };
      shipments.set(key, shipment);
      shipment.stops.push({ parcel, note });
    });
  });
  const stored = storedOnce(options);
  await Promise.all(
    [...shipments.values()].map(async ({ to, stops }) => {
      try {
        await ship(deliveryTo(to), stops, options, stored);
      } catch (error) {
        for (const { note } of stops) note(asError(error));
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

type Note = (refusal: Error | undefined) => void;

interface Stop {
  readonly parcel: Parcel;
  readonly note: Note;
}

/** Writes the JSON of an outcome, which is then shortened for its destination if it is too large. */
type Write = (parcel: Parcel) => Promise<string> | string;

/** What has to be stored first does not delay what fits. */
async function ship(
  delivery: Delivery,
  stops: readonly Stop[],
  { signal }: DeliverEachOptions,
  stored: Write | undefined,
): Promise<void> {
  const { large = [], small = [] } = Object.groupBy(stops, ({ parcel }) =>
    stored === undefined || fitsWhole(parcel, delivery) ? "small" : "large",
  );
  const shipAs = async (stops: readonly Stop[], write: Write): Promise<void> => {
    const ready = (await Promise.all(stops.map((stop) => fitted(stop, delivery, write)))).flat();
    if (ready.length === 0) return;
    const outcomes = ready.map(({ written }) => written);
    const refusals = await delivery.deliver(outcomes, { signal });
    ready.forEach(({ note }, index) => {
      note(refusals[index]);
    });
  };
  await Promise.all([shipAs(small, whole), shipAs(large, stored ?? whole)]);
}

/** An outcome so that its destination accepts it; none when that is impossible. */
async function fitted({ parcel, note }: Stop, { maxBytes, fits }: Delivery, write: Write) {
  const { outcome } = parcel;
  try {
    const json = fitOutcome(outcome, maxBytes, await write(parcel), (json) =>
      fits === undefined ? true : fits(json, outcome),
    );
    return [{ written: { outcome, json }, note }];
  } catch (error) {
    note(asError(error));
    return [];
  }
}

function fitsWhole(parcel: Parcel, { maxBytes, fits }: Delivery): boolean {
  const { outcome } = parcel;
  try {
    const json = whole(parcel);
    return (
      isStored(outcome) || (Buffer.byteLength(json) <= maxBytes && (fits?.(json, outcome) ?? true))
    );
  } catch {
    // What cannot be written is refused alone, when it is fitted.
    return true;
  }
}

function whole({ outcome, json }: Parcel): string {
  return json ?? toJson(outcome);
}

/** How many outcomes are stored at the same time: each can take several MB of memory. */
const STORED_AT_ONCE = 10;

/** Stores an outcome once, however many destinations it is too large for. */
function storedOnce({ store, signal }: DeliverEachOptions): Write | undefined {
  if (store === undefined) return undefined;
  const limit = pLimit(STORED_AT_ONCE);
  const storing = new Map<Parcel, Promise<string>>();
  return (parcel) => {
    const stored =
      storing.get(parcel) ?? limit(() => storedJson(parcel.outcome, whole(parcel), store, signal));
    storing.set(parcel, stored);
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

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(`a ${typeof error} was thrown`);
}
