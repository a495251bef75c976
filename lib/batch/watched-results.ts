import type { SQSRecord } from "aws-lambda";
import type { SettledRecord } from "./record-result.ts";

/** One registry per process: a stack and its test kit can come from two copies of this package. */
const REGISTRY: unique symbol = Symbol.for("request-poller.watched-results");

const shared: typeof globalThis & { [REGISTRY]?: WeakMap<object, SettledRecord> } = globalThis;

/** Keeps from now on what record handlers return, for a test kit. Nothing is kept where nothing watches. */
export function watchResults(): { of(record: SQSRecord): SettledRecord | undefined } {
  shared[REGISTRY] ??= new WeakMap();
  const watched = shared[REGISTRY];
  return { of: (record) => watched.get(record) };
}

/** Notes the results of a batch, in the order of its records, if something watches. */
export function noteResults(records: readonly SQSRecord[], settled: readonly SettledRecord[]) {
  const watched = shared[REGISTRY];
  if (watched === undefined) return;
  for (const [place, record] of records.entries()) {
    const result = settled[place];
    if (result !== undefined) watched.set(record, result);
  }
}
