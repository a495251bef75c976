import zlib from "node:zlib";
import type { Completed } from "../batch/record-result.ts";
import { readOwnJson, toJson } from "../json/json.ts";
import { MAX_ITEM_BYTES, MAX_PACKED_NEXT_BYTES } from "../limits.ts";
import { isStored, shrinkingJson } from "../outcome/outcome-json.ts";
import type { OutcomeStore } from "../outcome/outcome-store.ts";

/** Leaves 8 KiB of the item for the rest of the row, besides the message that follows a start. */
const MAX_PACKED_BYTES = MAX_ITEM_BYTES - MAX_PACKED_NEXT_BYTES - 8 * 1024;

/**
 * Packs an outcome for its row: compressed JSON, so that an outcome that fits into a message nearly always fits into an
 * item, and writes cost less. An outcome that does not fit is shortened before it is stored or delivered, so that the
 * delivered and the stored outcome are the same, byte for byte.
 *
 * @throws {RangeError} when even the shortened outcome does not fit
 */
export function packOutcome({ outcome, json: written }: Completed): Uint8Array {
  if (outcome === undefined) return zlib.deflateRawSync(NOTHING);
  const json = written ?? toJson(outcome);
  const whole = zlib.deflateRawSync(json);
  if (whole.byteLength <= MAX_PACKED_BYTES) return whole;
  for (const shorter of shrinkingJson(readOwnJson(json))) {
    const packed = zlib.deflateRawSync(shorter);
    if (packed.byteLength <= MAX_PACKED_BYTES) return packed;
  }
  throw new RangeError(
    "the outcome does not fit into the poll's row, even after parts were left out",
  );
}

/**
 * Stores an outcome that does not fit into its row as a whole, and says in it where.
 *
 * @param store `undefined`: it stays as it is, and is shortened when it is packed
 * @throws the store's errors
 */
export async function storedIfLarge(
  ended: Completed,
  store: OutcomeStore | undefined,
  signal: AbortSignal | undefined,
): Promise<Completed> {
  const { outcome } = ended;
  if (store === undefined || outcome === undefined || isStored(outcome)) return ended;
  const json = ended.json ?? toJson(outcome);
  if (fitsRow(json)) return ended;
  const stored = await store.store(outcome, json, { signal });
  return {
    ...ended,
    outcome: { ...outcome, stored },
    json: toJson({ ...readOwnJson(json), stored }),
  };
}

/** Compressed text is at most this much larger than the text (RFC 1951 section 3.2.4: 5 bytes per block). */
const MOST_GROWTH_BYTES = 1024;

function fitsRow(json: string): boolean {
  if (Buffer.byteLength(json) <= MAX_PACKED_BYTES - MOST_GROWTH_BYTES) return true;
  return zlib.deflateRawSync(json).byteLength <= MAX_PACKED_BYTES;
}

/**
 * Unpacks an outcome.
 *
 * @returns its JSON; `undefined` when the record completed without an outcome
 */
export function unpackOutcome(packed: Uint8Array): string | undefined {
  const json = zlib.inflateRawSync(packed).toString();
  return json === NOTHING ? undefined : json;
}

const NOTHING = toJson(null);
