import zlib from "node:zlib";
import type { Completed } from "../batch/record-result.ts";
import { readOwnJson, toJson } from "../json/json.ts";
import { MAX_ITEM_BYTES } from "../limits.ts";
import { shrinkingJson } from "../outcome/outcome-json.ts";

/** Some of the item is left for the rest of the row. */
const MAX_PACKED_BYTES = MAX_ITEM_BYTES - 8 * 1024;

/**
 * Packs an outcome for its row: its JSON, compressed, so that what fits into a message nearly always fits into an
 * item, and writes cost less. One that does not drops parts of itself before it is stored or delivered, so that
 * what is delivered is what is stored, byte for byte.
 *
 * @throws {RangeError} when it does not fit even so
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
  throw new RangeError("the outcome does not fit into the poll's row, though parts were dropped");
}

/**
 * Unpacks an outcome.
 *
 * @returns its JSON; `undefined` where a record completed without one
 */
export function unpackOutcome(packed: Uint8Array): string | undefined {
  const json = zlib.inflateRawSync(packed).toString();
  return json === NOTHING ? undefined : json;
}

const NOTHING = toJson(null);
