import zlib from "node:zlib";
import * as z from "zod/mini";
import { type Held, held, type Pending, pending } from "../batch/record-result.ts";
import { isJsonObject, type JsonObject, readOwnJson, toJson } from "../json/json.ts";

/** Two URLs of 4 KiB, which a server has named, and small bodies. */
export const MAX_PACKED_NEXT_BYTES = 16 * 1024;

/**
 * The message that comes after a start. It stands in the poll's row, so that whoever receives the start once more sends
 * the message again instead of starting again. Of its copies, the first that claims the poll goes on.
 */
export interface NextMessage {
  /** `pending`: a request was sent, which uses a retry; `held`: none was sent, and the message is the start itself. */
  readonly kind: "pending" | "held";
  /** In epoch ms. */
  readonly dueAt: number;
  /** When the poll started, in epoch ms. Absent: unknown. */
  readonly startedAt?: number | undefined;
  /** How its body differs from the body with the start. */
  readonly changes: Changes;
}

/** How one JSON object differs from another. */
interface Changes {
  /** New members, and members with new values. */
  readonly set: JsonObject;
  readonly removed: readonly string[];
  /** How the `request` differs from the object's own, or else from its `start`. */
  readonly request?: Changes | undefined;
}

const changesSchema: z.ZodMiniType<Changes> = z.object({
  set: z.record(z.string(), z.unknown()),
  removed: z.array(z.string()),
  request: z.optional(z.lazy(() => changesSchema)),
});

const nextSchema = z.object({
  kind: z.enum(["pending", "held"]),
  dueAt: z.number(),
  startedAt: z.optional(z.number()),
  changes: changesSchema,
});

/** Finds the changes that make the body of the next message from the body with the start. */
export function changesBetween(from: JsonObject, to: JsonObject): Changes {
  const { request, ...others } = to;
  const base = requestIn(from);
  // Headers and credentials of the start stay in the message: the row holds only what is new.
  const isRequest = isJsonObject(request) && base !== undefined;
  const members = isRequest ? others : to;
  const isNew = ([name, value]: [string, unknown]) =>
    !Object.hasOwn(from, name) || toJson(value) !== toJson(from[name]);
  return {
    set: Object.fromEntries(Object.entries(members).filter(isNew)),
    removed: Object.keys(from).filter((name) => !Object.hasOwn(to, name)),
    ...(isRequest ? { request: changesBetween(base, request) } : {}),
  };
}

/** Makes the body of the next message from a body with the start. */
export function withChanges(from: JsonObject, { set, removed, request }: Changes): JsonObject {
  const left = Object.entries(from).filter(([name]) => !removed.includes(name));
  const changed =
    request === undefined ? {} : { request: withChanges(requestIn(from) ?? {}, request) };
  return { ...Object.fromEntries(left), ...set, ...changed };
}

function requestIn({ request, start }: JsonObject): JsonObject | undefined {
  if (isJsonObject(request)) return request;
  return isJsonObject(start) ? start : undefined;
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
export function resultOfNext(next: NextMessage, body: JsonObject, now: number): Pending | Held {
  const delaySeconds = Math.max(0, next.dueAt - now) / 1000;
  return next.kind === "held"
    ? held({ delaySeconds })
    : pending({ delaySeconds, body: withChanges(body, next.changes) });
}
