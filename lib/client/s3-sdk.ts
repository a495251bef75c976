// All uses of S3's SDK are in this file, which is loaded with the first outcome that is stored there.
export { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
