import type { JsonObject } from "../json/json.ts";
import { fitOutcome, type WrittenOutcome } from "../outcome/outcome-json.ts";
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
  options: { readonly signal: AbortSignal | undefined },
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
  await Promise.all(
    [...shipments.values()].map(async ({ to, stops }) => {
      try {
        await ship(deliveryTo(to), stops, options);
      } catch (error) {
        for (const { note } of stops) note(asError(error));
      }
    }),
  );
  return refusals;
}

type Note = (refusal: Error | undefined) => void;

async function ship(
  delivery: Delivery,
  stops: readonly { readonly parcel: Parcel; readonly note: Note }[],
  options: { readonly signal: AbortSignal | undefined },
): Promise<void> {
  const fitting: { readonly written: WrittenOutcome; readonly note: Note }[] = [];
  for (const { parcel, note } of stops) {
    const { outcome, json: written } = parcel;
    try {
      const fits = (json: string) => delivery.fits?.(json, outcome) ?? true;
      const json = fitOutcome(outcome, delivery.maxBytes, written, fits);
      fitting.push({ written: { outcome, json }, note });
    } catch (error) {
      note(asError(error));
    }
  }
  if (fitting.length === 0) return;
  const refusals = await delivery.deliver(
    fitting.map(({ written }) => written),
    options,
  );
  fitting.forEach(({ note }, index) => {
    note(refusals[index]);
  });
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(`a ${typeof error} was thrown`);
}
