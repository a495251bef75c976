import { isJsonObject, type JsonObject, readOwnJson, toJson } from "../json/json.ts";

/** An outcome and its JSON. Once it is written, `outcome` may lack its `result` and `context`, and all of its `response` but the status. */
export interface WrittenOutcome {
  readonly outcome: JsonObject;
  readonly json: string;
  /** The trace of its poll, as an X-Ray trace header. */
  readonly traceHeader?: string | undefined;
}

/**
 * Writes an outcome as JSON of at most `maxBytes`. If it is too large, `response.body`, then `result` and
 * `error.reason`, then `context` are left out, as far as needed, and `truncated: true` is added unless the whole
 * outcome is `stored`.
 *
 * @param written the outcome's JSON, if already written: it is kept, byte for byte, if it fits
 * @param fits whether JSON of at most `maxBytes` fits. `@default` it does
 * @throws {RangeError} when the outcome does not fit even without those parts
 */
export function fitOutcome(
  outcome: JsonObject,
  maxBytes: number,
  written?: string,
  fits: (json: string) => boolean = () => true,
): string {
  const isSmall = (json: string) => Buffer.byteLength(json) <= maxBytes && fits(json);
  if (written !== undefined && isSmall(written)) return written;
  const whole = written === undefined ? outcome : readOwnJson(written);
  for (const json of shrinkingJson(whole)) {
    if (isSmall(json)) return json;
  }
  throw new RangeError(
    `the outcome does not fit into ${maxBytes} bytes, even after parts were left out`,
  );
}

/**
 * The JSON of an outcome: first whole, then each time with one more part left out. It then says `truncated`, unless it
 * says where the whole outcome is `stored`.
 */
export function* shrinkingJson(outcome: JsonObject): Generator<string> {
  yield toJson(outcome);
  const shorter: Record<string, unknown> = { ...outcome };
  if (!isStored(outcome)) shorter.truncated = true;
  if (typeof shorter.response === "object" && shorter.response !== null) {
    shorter.response = { ...shorter.response, body: undefined };
    yield toJson(shorter);
  }
  delete shorter.result;
  if ("error" in shorter) shorter.error = withoutReason(shorter.error);
  yield toJson(shorter);
  delete shorter.context;
  yield toJson(shorter);
}

/** Whether an outcome says where the whole one is stored. */
export function isStored({ stored }: JsonObject): boolean {
  return (
    isJsonObject(stored) && typeof stored.bucket === "string" && typeof stored.key === "string"
  );
}

/**
 * Writes an outcome as JSON at once. The outcome object keeps all but its `result`, its `context`, and of its `response`
 * the status: as objects they can take fifteen times the memory of their JSON, for each record of a batch.
 *
 * @param maxBytes the largest size that any destination accepts
 * @param written the outcome's JSON, if already written
 * @throws {RangeError} when the outcome does not fit even after parts were left out
 */
export function writtenOutcome(
  outcome: JsonObject,
  maxBytes: number,
  written?: string,
): WrittenOutcome {
  const json = fitOutcome(outcome, maxBytes, written);
  const { response, result: _result, context: _context, ...said } = outcome;
  const short = isJsonObject(response) ? { ...said, response: { status: response.status } } : said;
  return {
    outcome: "error" in short ? { ...short, error: withoutReason(short.error) } : short,
    json,
  };
}

/** `until.error` may have picked a whole response. */
function withoutReason(error: unknown): unknown {
  if (!isJsonObject(error) || !("reason" in error)) return error;
  const { reason: _, ...others } = error;
  return others;
}
