import { createHash } from "node:crypto";
import type { S3Client } from "@aws-sdk/client-s3";
import type { JsonObject } from "../json/json.ts";
import { onceLoaded } from "../once-loaded.ts";

/** Where a whole outcome is stored. */
export interface StoredAt {
  readonly bucket: string;
  readonly key: string;
}

/** Stores outcomes that are too large for their row or their destination. */
export interface OutcomeStore {
  /**
   * Stores an outcome. The same outcome always gets the same place, so that storing it again changes nothing.
   *
   * @param json the whole outcome
   * @throws when it could not be stored
   */
  store(
    outcome: JsonObject,
    json: string,
    options: { readonly signal: AbortSignal | undefined },
  ): Promise<StoredAt>;
}

/**
 * Stores outcomes as objects of an S3 bucket. The AWS client is loaded with the first one.
 *
 * @param client `@default` one with the SDK's standard settings
 */
export function s3OutcomeStore(bucket: string, client?: S3Client): OutcomeStore {
  const loaded = onceLoaded(async () => {
    const sdk = await import("./outcome-store-sdk.ts");
    return { ...sdk, s3: client ?? sdk.createS3Client() };
  });
  return {
    async store(outcome, json, { signal }) {
      const { PutObjectCommand, s3 } = await loaded();
      const key = keyOf(outcome, json);
      const put = { Bucket: bucket, Key: key, Body: json, ContentType: "application/json" };
      await s3.send(new PutObjectCommand(put), signal === undefined ? {} : { abortSignal: signal });
      return { bucket, key };
    },
  };
}

/** With the digest of its bytes: an outcome that was not decided must not replace the one that was. */
function keyOf({ outcomeId }: JsonObject, json: string): string {
  const digest = createHash("sha256").update(json).digest("hex");
  return `${typeof outcomeId === "string" ? outcomeId : "outcome"}/${digest}.json`;
}
