import * as z from "zod/mini";
import { unpackOutcome } from "../fence/packed-outcome.ts";
import type { Outcome } from "../outcome/outcome.ts";
import { outcomeSchema } from "../outcome/outcome-schema.ts";
import type { Services } from "./services.ts";

/** What a poll's row says of its end. */
export type RowEnd =
  /** It goes on, or is not known yet. */
  | { readonly kind: "none" }
  /** It has ended without an outcome, as a stack of one's own can decide. */
  | { readonly kind: "withoutOutcome" }
  | { readonly kind: "ended"; readonly json: string };

/** Reads the end of a poll from its row. */
export function endIn(row: Readonly<Record<string, unknown>> | undefined): RowEnd {
  if (!(row?.outcome instanceof Uint8Array)) return { kind: "none" };
  const json = unpackOutcome(row.outcome);
  return json === undefined ? { kind: "withoutOutcome" } : { kind: "ended", json };
}

const storedSchema = z.object({
  stored: z.optional(z.object({ bucket: z.string(), key: z.string() })),
});

/**
 * The whole outcome: one that is too large for its row stands in a bucket. If the bucket cannot be reached, the
 * shortened outcome stays, whose `stored` says where the whole one is.
 *
 * @param json the outcome as the row has it
 * @returns the JSON, with the digits of all numbers
 */
export async function wholeOutcome(services: Pick<Services, "s3">, json: string): Promise<string> {
  // An outcome of a stack of one's own may be any JSON.
  const stored = storedSchema.safeParse(JSON.parse(json)).data?.stored;
  if (stored === undefined) return json;
  try {
    const { client, GetObjectCommand } = await services.s3();
    const { Body } = await client.send(
      new GetObjectCommand({ Bucket: stored.bucket, Key: stored.key }),
    );
    return (await Body?.transformToString()) ?? json;
  } catch {
    return json;
  }
}

/** @throws {TypeError} when the text is not the JSON of an outcome */
export function outcomeFrom(json: string): Outcome {
  const parsed = outcomeSchema.safeParse(JSON.parse(json));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new TypeError(`not an outcome: ${issue?.path.join(".")}: ${issue?.message}`);
}
