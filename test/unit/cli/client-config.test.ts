import { describe, expect, it } from "vitest";
import { clientConfig } from "../../../infra/cli/submit/client-config.ts";
import { UsageError } from "../../../infra/cli/usage-error.ts";

const AWS_QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/polls";
const LOCAL_QUEUE = "http://127.0.0.1:9324/000000000000/polls";

const reaching = (endpoint: string) => ({ endpoint, useQueueUrlAsEndpoint: false });

describe("clientConfig", () => {
  it("uses the endpoint and the region in the queue's URL", () => {
    expect(clientConfig({ queueUrl: AWS_QUEUE }, {})).toEqual({
      region: "eu-west-1",
      ...reaching("https://sqs.eu-west-1.amazonaws.com/"),
    });
    const legacy = "https://us-gov-west-1.queue.amazonaws.com/1/q";
    expect(clientConfig({ queueUrl: legacy }, {})).toMatchObject({ region: "us-gov-west-1" });
  });

  it("prefers --region", () => {
    expect(clientConfig({ queueUrl: AWS_QUEUE, region: "us-east-2" }, {})).toMatchObject({
      region: "us-east-2",
    });
  });

  it("leaves the region to the SDK when the URL does not name one", () => {
    expect(clientConfig({ queueUrl: "https://vpce.example.com/1/q" }, {})).toEqual(
      reaching("https://vpce.example.com/"),
    );
  });

  it("takes an empty variable for none, as the SDK does", () => {
    expect(clientConfig({ queueUrl: LOCAL_QUEUE }, { AWS_ENDPOINT_URL: "" })).toMatchObject(
      reaching("http://127.0.0.1:9324/"),
    );
  });

  it("prefers --endpoint-url; without it, leaves an endpoint in the environment to the SDK", () => {
    const elsewhere = "https://proxy.example.com/";
    const environment = { AWS_ENDPOINT_URL_SQS: "https://other.example.com" };
    expect(clientConfig({ queueUrl: AWS_QUEUE, endpointUrl: elsewhere }, environment)).toEqual({
      region: "eu-west-1",
      ...reaching(elsewhere),
    });
    expect(clientConfig({ queueUrl: AWS_QUEUE }, environment)).toEqual({
      region: "eu-west-1",
      useQueueUrlAsEndpoint: false,
    });
  });

  it("needs no settings for a server on this machine; only there it uses placeholder credentials", () => {
    expect(clientConfig({ queueUrl: LOCAL_QUEUE }, {})).toEqual({
      region: "us-east-1",
      ...reaching("http://127.0.0.1:9324/"),
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    const mine = { AWS_ACCESS_KEY_ID: "mine" };
    expect(clientConfig({ queueUrl: LOCAL_QUEUE }, mine)).not.toHaveProperty("credentials");
    const queueUrl = "http://127.evil.example/1/q";
    expect(clientConfig({ queueUrl }, {})).not.toHaveProperty("credentials");
  });

  it.each([
    [{ queueUrl: "polls" }, "--queue-url must be"],
    [{ queueUrl: "arn:aws:sqs:eu-west-1:1:polls" }, "--queue-url must be"],
    [{ queueUrl: AWS_QUEUE, endpointUrl: "localhost:9324" }, "--endpoint-url must be"],
    [{ queueUrl: `${AWS_QUEUE}.fifo` }, "FIFO"],
  ])("refuses %j", (options, message) => {
    expect(() => clientConfig(options, {})).toThrow(UsageError);
    expect(() => clientConfig(options, {})).toThrow(message);
  });
});
