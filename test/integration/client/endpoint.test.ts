import { PutObjectCommand } from "@aws-sdk/client-s3";
import { afterEach, expect, it, vi } from "vitest";
import { startSqsServer } from "../../../infra/local/sqs/server.ts";
import { createServices } from "../../../lib/client/services.ts";
import { createS3Client } from "../../../lib/outcome/outcome-store-sdk.ts";
import { createSqsClient } from "../../../lib/sqs/client.ts";
import { serve } from "../../support/running-cli.ts";

const QUEUE_OF_AWS = "https://sqs.eu-west-1.amazonaws.com/000000000000/polls";

afterEach(() => void vi.unstubAllEnvs());

/** An endpoint for all services, and an empty one for the service itself. */
function stubEndpoint(service: string, endpoint: string) {
  vi.stubEnv(`AWS_ENDPOINT_URL_${service}`, "");
  vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "any");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "any");
  vi.stubEnv("AWS_REGION", "eu-west-1");
}

/** A server with S3's API, by a name that a bucket's name in front of it would change. */
async function objectServer() {
  const paths: string[] = [];
  const origin = await serve((request, response) => {
    paths.push(new URL(request.url ?? "", "http://any").pathname);
    request.resume();
    request.on("end", () => response.end("{}"));
  });
  return { paths, endpoint: origin.replace("127.0.0.1", "localhost") };
}

it.each([
  ["the poller's client", async () => createSqsClient(process.env)],
  ["a poll client", async () => (await createServices(QUEUE_OF_AWS, {}).sqs()).client],
])("an empty AWS_ENDPOINT_URL_SQS does not hide AWS_ENDPOINT_URL: %s", async (_, clientOf) => {
  await using server = { ...(await startSqsServer()), [Symbol.asyncDispose]: () => server.close() };
  stubEndpoint("SQS", server.endpoint);
  const client = await clientOf();
  const { sendMessages } = await createServices(QUEUE_OF_AWS, {}).sqs();
  const [result] = await sendMessages(client, QUEUE_OF_AWS, [{ body: "hello" }]);
  // Said by the local server: it has no queue.
  expect(result?.message).toMatch(/QueueDoesNotExist/);
  client.destroy();
});

it("an empty AWS_ENDPOINT_URL_S3 does not hide AWS_ENDPOINT_URL, where buckets stand in the path", async () => {
  const { endpoint, paths } = await objectServer();
  stubEndpoint("S3", endpoint);
  const stores = createS3Client();
  await stores.send(new PutObjectCommand({ Bucket: "outcomes", Key: "a", Body: "{}" }));
  const { client, GetObjectCommand } = await createServices(QUEUE_OF_AWS, {}).s3();
  await client.send(new GetObjectCommand({ Bucket: "outcomes", Key: "b" }));
  expect(paths).toEqual(["/outcomes/a", "/outcomes/b"]);
  stores.destroy();
  client.destroy();
});
