import { type JsonObject, readOwnJson, toJson } from "../json/json.ts";

/** An outcome and its JSON. Once it is written, `outcome` may lack its `response`, `result` and `context`. */
export interface WrittenOutcome {
  readonly outcome: JsonObject;
  readonly json: string;
}

/**
 * Writes an outcome as JSON of at most `maxBytes`. One that is too large drops `response.body`, then `result`,
 * then `context`, as far as it must, and says `truncated: true`.
 *
 * @param written the outcome's JSON where it was written before: it is kept, byte for byte, if it fits
 * @throws {RangeError} when it does not fit even so
 */
export function fitOutcome(outcome: JsonObject, maxBytes: number, written?: string): string {
  if (written !== undefined && Buffer.byteLength(written) <= maxBytes) return written;
  const whole = written === undefined ? outcome : readOwnJson(written);
  for (const json of shrinkingJson(whole)) {
    if (Buffer.byteLength(json) <= maxBytes) return json;
  }
  throw new RangeError(
    `the outcome does not fit into ${maxBytes} bytes, though parts were dropped`,
  );
}

/** The JSON of an outcome: whole, then with one more part dropped each time. */
export function* shrinkingJson(outcome: JsonObject): Generator<string> {
  yield toJson(outcome);
  const shorter: Record<string, unknown> = { ...outcome, truncated: true };
  if (typeof shorter.response === "object" && shorter.response !== null) {
    shorter.response = { ...shorter.response, body: undefined };
    yield toJson(shorter);
  }
  delete shorter.result;
  yield toJson(shorter);
  delete shorter.context;
  yield toJson(shorter);
}

/**
 * Writes an outcome at once, and keeps of it all but its `response`, `result` and `context`: as objects these can take
 * fifteen times the memory, for each record of a batch.
 *
 * @param maxBytes the most that any destination takes
 * @param written the outcome's JSON where it was written before
 * @throws {RangeError} when it does not fit, though parts were dropped
 */
export function writtenOutcome(
  outcome: JsonObject,
  maxBytes: number,
  written?: string,
): WrittenOutcome {
  const json = fitOutcome(outcome, maxBytes, written);
  const { response: _response, result: _result, context: _context, ...said } = outcome;
  return { outcome: said, json };
}
