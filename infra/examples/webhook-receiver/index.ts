import { getSecret } from "@aws-lambda-powertools/parameters/secrets";
import { PutObjectCommand, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import { webhookReceiver } from "./receive-webhook.ts";

const { SECRET_ID = "", BUCKET = "" } = process.env;
const s3 = new S3Client();

/** An old key is kept for a minute: the poller signs with both keys while one replaces the other. */
const SECRET_KEPT_SECONDS = 60;

export const handler = webhookReceiver({
  async readSecret() {
    const secret = await getSecret(SECRET_ID, { maxAge: SECRET_KEPT_SECONDS });
    return typeof secret === "string" ? secret : "{}";
  },
  async storeOnce(id, json) {
    const object = { Bucket: BUCKET, Key: `outcomes/${id}.json`, Body: json };
    try {
      await s3.send(
        new PutObjectCommand({ ...object, ContentType: "application/json", IfNoneMatch: "*" }),
      );
    } catch (error) {
      const isStored = error instanceof S3ServiceException && error.name === "PreconditionFailed";
      if (!isStored) throw error;
    }
  },
});
