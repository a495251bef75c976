import { PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { endpointOf } from "../aws/endpoint.ts";
import { AWS_CALL_LIMITS, LARGE_AWS_CALL_LIMITS } from "../limits.ts";

// All uses of S3's SDK are in this file, which is loaded with the first outcome that is stored.
export { PutObjectCommand };

/** Makes a client with the SDK's standard settings, `AWS_ENDPOINT_URL_S3` included, whose calls end within seconds. */
export function createS3Client(): S3Client {
  return new S3Client({
    maxAttempts: AWS_CALL_LIMITS.maxAttempts,
    // Other servers with S3's API do not take a bucket's name as part of the host.
    forcePathStyle: endpointOf("S3", process.env) !== undefined,
    requestHandler: LARGE_AWS_CALL_LIMITS,
  });
}
