import { type JsonObject, readOwnJson, toJson } from "../json/json.ts";
import { fitOutcome, isStored, type WrittenOutcome } from "../outcome/outcome-json.ts";
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
  const shipments = new Map<string, { to: Destination; stops: { parcel: Parcel; note: Note }[] }>();
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
  const fitFor = outcomeFitter(options);
  await Promise.all(
    [...shipments.values()].map(async ({ to, stops }) => {
      try {
        await ship(deliveryTo(to), stops, options, fitFor);
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

async function ship(
  delivery: Delivery,
  stops: readonly { readonly parcel: Parcel; readonly note: Note }[],
  options: { readonly signal: AbortSignal | undefined },
  fitFor: Fit,
): Promise<void> {
  const fitted: { readonly written: WrittenOutcome; readonly note: Note }[] = [];
  for (const { parcel, note } of stops) {
    try {
      const json = await fitFor(parcel, delivery);
      fitted.push({ written: { outcome: parcel.outcome, json }, note });
    } catch (error) {
      note(asError(error));
    }
  }
  if (fitted.length === 0) return;
  const refusals = await delivery.deliver(
    fitted.map(({ written }) => written),
    options,
  );
  fitted.forEach(({ note }, index) => {
    note(refusals[index]);
  });
}

/** Writes an outcome so that a destination accepts it. */
type Fit = (parcel: Parcel, delivery: Delivery) => Promise<string>;

function outcomeFitter({ store, signal }: DeliverEachOptions): Fit {
  /** One per outcome, however many destinations it is too large for. */
  const storing = new Map<Parcel, Promise<string>>();
  return async (parcel, delivery) => {
    const { outcome, json: written } = parcel;
    const fits = (json: string) => delivery.fits?.(json, outcome) ?? true;
    const isSmall = (json: string) => Buffer.byteLength(json) <= delivery.maxBytes && fits(json);
    const json = written ?? toJson(outcome);
    if (store === undefined || isStored(outcome) || isSmall(json)) {
      return fitOutcome(outcome, delivery.maxBytes, json, fits);
    }
    const stored = storing.get(parcel) ?? storedJson(outcome, json, store, signal);
    storing.set(parcel, stored);
    return fitOutcome(outcome, delivery.maxBytes, await stored, fits);
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
