import zlib from "node:zlib";
import * as z from "zod/mini";
import { type Pending, pending } from "../batch/record-result.ts";
import { isJsonObject, type JsonObject, readOwnJson, toJson } from "../json/json.ts";
import { MAX_PACKED_NEXT_BYTES } from "../limits.ts";

/**
 * The message that comes after a start. It stands in the poll's row, so that whoever receives the start once more sends
 * the message again instead of starting again. Of its copies, the first that claims the poll goes on.
 */
export interface NextMessage {
  /** In epoch ms. */
  readonly dueAt: number;
  /** Whether nothing was sent, so that it uses no retry. */
  readonly usesNoRetry: boolean;
  /** How its body differs from the body with the start. */
  readonly changes: Changes;
}

/** How one JSON object differs from another. */
interface Changes {
  /** New members, and members with other values. */
  readonly set: JsonObject;
  readonly removed: readonly string[];
  /** Members that are objects in both, and how they differ. */
  readonly inside: Readonly<Record<string, Changes>>;
}

const objectSchema = z.custom<JsonObject>(isJsonObject);

// A record of Zod leaves a member with the name "__proto__" out.
const changesSchema: z.ZodMiniType<Changes> = z.object({
  set: objectSchema,
  removed: z.array(z.string()),
  inside: z.pipe(
    z.pipe(
      objectSchema,
      z.transform((members: JsonObject) => Object.entries(members)),
    ),
    z.pipe(
      z.array(z.tuple([z.string(), z.lazy(() => changesSchema)])),
      z.transform((members): Changes["inside"] => Object.fromEntries(members)),
    ),
  ),
});

const nextSchema = z.object({
  dueAt: z.number(),
  usesNoRetry: z.boolean(),
  changes: changesSchema,
});

/**
 * Finds the changes that make the body of the next message from the body with the start. They hold only what is new:
 * the headers and the context stay in the message.
 */
export function changesBetween(from: JsonObject, to: JsonObject): Changes {
  const old = withRequest(from);
  const set: [string, unknown][] = [];
  const inside: [string, Changes][] = [];
  for (const [name, value] of Object.entries(to)) {
    const before = Object.hasOwn(old, name) ? old[name] : undefined;
    if (before !== undefined && toJson(before) === toJson(value)) continue;
    if (isJsonObject(before) && isJsonObject(value)) {
      inside.push([name, changesBetween(before, value)]);
    } else set.push([name, value]);
  }
  return {
    set: Object.fromEntries(set),
    removed: Object.keys(old).filter((name) => !Object.hasOwn(to, name)),
    inside: Object.fromEntries(inside),
  };
}

/** Makes the body of the next message from a body with the start. */
export function withChanges(from: JsonObject, { set, removed, inside }: Changes): JsonObject {
  const old = withRequest(from);
  const left = Object.entries(old).filter(([name]) => !removed.includes(name));
  const changed = Object.entries(inside).map(([name, changes]) => {
    const before = old[name];
    return [name, withChanges(isJsonObject(before) ? before : {}, changes)] as const;
  });
  return { ...Object.fromEntries(left), ...Object.fromEntries(changed), ...set };
}

/** A start becomes the request of the next message. */
function withRequest(body: JsonObject): JsonObject {
  const { start, request = start } = body;
  return request === undefined ? body : { ...body, request };
}

/** Packs a next message for its row: compressed JSON. `undefined`: it does not fit. */
export function packNext(next: NextMessage): Uint8Array | undefined {
  const packed = zlib.deflateRawSync(toJson(next));
  return packed.byteLength <= MAX_PACKED_NEXT_BYTES ? packed : undefined;
}

/** @throws {TypeError} when it has an unknown form */
export function unpackNext(packed: Uint8Array): NextMessage {
  const result = nextSchema.safeParse(readOwnJson(zlib.inflateRawSync(packed).toString()));
  if (result.success) return result.data;
  throw new TypeError("the next message in the poll's row is not valid: was the row changed?");
}

/** The result that sends a next message once more. @param now in epoch ms */
export function resultOfNext(
  { dueAt, usesNoRetry, changes }: NextMessage,
  body: JsonObject,
  now: number,
): Pending {
  const delaySeconds = Math.max(0, dueAt - now) / 1000;
  const result = pending({ delaySeconds, body: withChanges(body, changes) });
  return usesNoRetry ? { ...result, usesNoRetry } : result;
}
