import pLimit from "p-limit";
import type { WrittenOutcome } from "../outcome/outcome-json.ts";

/** How many calls of one destination run at the same time: a call can hold 1 MB several times in memory. */
const CALLS_AT_ONCE = 10;

/** The limits of one call. */
interface BatchLimits {
  readonly maxEntries: number;
  /** The most bytes of all entries together. */
  readonly maxBytes: number;
}

/**
 * Delivers outcomes in batches, several batches at once; the largest outcomes last, so that they do not use up the time
 * of the others. Never rejects.
 *
 * @param sizeOf the size of an outcome's entry, in bytes
 * @param call makes one call, and returns the refusal of each entry; when it throws, all its entries are refused
 * @param refusal the refusal of all entries of a call that threw
 */
export async function callInBatches(
  outcomes: readonly WrittenOutcome[],
  { maxEntries, maxBytes }: BatchLimits,
  sizeOf: (outcome: WrittenOutcome) => number,
  call: (batch: readonly WrittenOutcome[]) => Promise<readonly (Error | undefined)[]>,
  refusal: (cause: unknown) => Error,
): Promise<(Error | undefined)[]> {
  const refusals: (Error | undefined)[] = outcomes.map(() => undefined);
  const batches: { places: number[]; bytes: number }[] = [];
  const sized = outcomes.map((outcome, place) => ({ place, bytes: sizeOf(outcome) }));
  for (const { place, bytes } of sized.toSorted((one, other) => one.bytes - other.bytes)) {
    const last = batches.at(-1);
    if (last !== undefined && last.places.length < maxEntries && last.bytes + bytes <= maxBytes) {
      last.places.push(place);
      last.bytes += bytes;
    } else {
      batches.push({ places: [place], bytes });
    }
  }
  await pLimit(CALLS_AT_ONCE).map(batches, async ({ places }) => {
    const batch = places.flatMap((place) => outcomes[place] ?? []);
    const results = await call(batch).catch((cause) => {
      const ofAll = refusal(cause);
      return batch.map(() => ofAll);
    });
    places.forEach((place, index) => {
      refusals[place] = results[index];
    });
  });
  return refusals;
}
