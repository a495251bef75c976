import { Buffer } from "node:buffer";

/** What one write unit of DynamoDB holds. */
export const WRITE_UNIT_BYTES = 1024;

/**
 * The size of a row in bytes, as DynamoDB counts it.
 *
 * Amazon DynamoDB, "DynamoDB item sizes and formats": names and strings count as UTF-8, binary values as they are, and a
 * number as about one byte per two digits and one more.
 */
export function rowBytes(row: Readonly<Record<string, unknown>> | undefined): number {
  return Object.entries(row ?? {}).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
    0,
  );
}

function valueBytes(value: unknown): number {
  if (value instanceof Uint8Array) return value.byteLength;
  if (typeof value === "number") return Math.ceil(String(value).length / 2) + 1;
  return Buffer.byteLength(String(value));
}
