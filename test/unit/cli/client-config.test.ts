import { describe, expect, it } from "vitest";
import { clientConfig } from "../../../infra/cli/submit/client-config.ts";
import { UsageError } from "../../../infra/cli/usage-error.ts";

const AWS_QUEUE = "https://sqs.eu-west-1.amazonaws.com/123456789012/polls";
const LOCAL_QUEUE = "http://127.0.0.1:9324/000000000000/polls";

describe("clientConfig", () => {
  it("takes the region from the queue's URL and the rest from the SDK's chain", () => {
    expect(clientConfig({ queueUrl: AWS_QUEUE }, {})).toEqual({ region: "eu-west-1" });
    expect(clientConfig({ queueUrl: "https://us-gov-west-1.queue.amazonaws.com/1/q" }, {})).toEqual(
      { region: "us-gov-west-1" },
    );
  });

  it("lets --region win", () => {
    expect(clientConfig({ queueUrl: AWS_QUEUE, region: "us-east-2" }, {})).toEqual({
      region: "us-east-2",
    });
  });

  it("says nothing of the region where the URL does not", () => {
    expect(clientConfig({ queueUrl: "https://vpce.example.com/1/q" }, {})).toEqual({});
  });

  it("keeps the SDK from following the queue's URL where an endpoint is set", () => {
    const endpointUrl = "https://proxy.example.com";
    expect(clientConfig({ queueUrl: AWS_QUEUE, endpointUrl }, {})).toEqual({
      region: "eu-west-1",
      endpoint: "https://proxy.example.com/",
      useQueueUrlAsEndpoint: false,
    });
    expect(clientConfig({ queueUrl: AWS_QUEUE }, { AWS_ENDPOINT_URL_SQS: endpointUrl })).toEqual({
      region: "eu-west-1",
      useQueueUrlAsEndpoint: false,
    });
  });

  it("needs no settings for a server on this machine, and brings its own credentials only there", () => {
    expect(clientConfig({ queueUrl: LOCAL_QUEUE }, {})).toEqual({
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    expect(clientConfig({ queueUrl: LOCAL_QUEUE }, { AWS_ACCESS_KEY_ID: "mine" })).toEqual({
      region: "us-east-1",
    });
    expect(clientConfig({ queueUrl: "http://127.evil.example/1/q" }, {})).toEqual({});
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
