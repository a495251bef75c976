import { randomUUID } from "node:crypto";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SendTaskFailureCommand,
  SFNClient,
  StartExecutionCommand,
} from "@aws-sdk/client-sfn";
import { type Message, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { lambdaRecord } from "../../../infra/local/event-source-mapping/lambda-record.ts";
import { eventBus } from "../../../lib/deliveries/event-bus.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { type HttpJobs, startHttpJobs } from "../../support/http-jobs.ts";
import { loadPoller } from "../../support/poller-bundle.ts";
import { type Moto, startMoto } from "../moto.ts";
import { deploy, samTransform } from "./deploy.ts";

let moto: Moto;
let jobs: HttpJobs;
let sqs: SQSClient;
let sfn: SFNClient;
beforeAll(async () => {
  moto = await startMoto();
  const config = JSON.stringify({ stepfunctions: { execute_state_machine: true } });
  await fetch(`${moto.endpoint}/moto-api/config`, { method: "POST", body: config });
  jobs = await startHttpJobs({
    "/done": () => ({ status: 200, body: { url: "https://example.com/42.mp4" } }),
    "/gone": () => ({ status: 404, body: { message: "no such render" } }),
  });
  sqs = new SQSClient({ ...moto.client, useQueueUrlAsEndpoint: false });
  sfn = new SFNClient(moto.client);
});
afterAll(async () => {
  sqs.destroy();
  sfn.destroy();
  await jobs.close();
  await moto[Symbol.asyncDispose]();
});

const receive = async (QueueUrl: string | undefined): Promise<Message[]> => {
  const names = { MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All" as const] };
  const call = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...names });
  return (await sqs.send(call)).Messages ?? [];
};

describe("infra/examples/step-functions", () => {
  let stateMachineArn = "";
  let pollQueue = { url: "", arn: "" };
  let poller: Awaited<ReturnType<typeof loadPoller>>;
  beforeAll(async () => {
    const { outputs, resources } = await deploy(moto, "request-poller", "infra/template.yaml", {
      AllowDeliveries: "taskToken",
      TaskTokens: "true",
    });
    pollQueue = { url: outputs.QueueUrl ?? "", arn: outputs.QueueArn ?? "" };
    const lambda = new LambdaClient(moto.client);
    const { Environment } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName: resources.PollerFunction }),
    );
    lambda.destroy();
    poller = await loadPoller({
      ...Environment?.Variables,
      LOG_LEVEL: "SILENT",
      METRICS_NAMESPACE: "",
      POLL_ALLOW_PRIVATE: "true",
      AWS_ENDPOINT_URL: moto.endpoint,
    });
    const created = await sfn.send(
      new CreateStateMachineCommand({
        name: "wait-for-job",
        roleArn: "arn:aws:iam::123456789012:role/wait-for-job",
        definition: await definition(),
      }),
    );
    stateMachineArn = created.stateMachineArn ?? "";
  });

  /** Starts an execution; returns it with the poll message that it has sent. */
  const start = async (path: string) => {
    const input = JSON.stringify({ statusUrl: `${jobs.url}${path}` });
    const name = randomUUID();
    const { executionArn } = await sfn.send(
      new StartExecutionCommand({ stateMachineArn, name, input }),
    );
    let messages: Message[] = [];
    await vi.waitFor(
      async () => {
        messages = await receive(pollQueue.url);
        expect(messages).toHaveLength(1);
      },
      { timeout: 20_000 },
    );
    return { executionArn, messages };
  };
  const ended = (executionArn: string | undefined) =>
    vi.waitFor(
      async () => {
        const execution = await sfn.send(new DescribeExecutionCommand({ executionArn }));
        expect(execution.status).not.toBe("RUNNING");
        return execution;
      },
      { timeout: 20_000 },
    );
  const poll = async (messages: readonly Message[]) => {
    const Records = messages.map((of) => lambdaRecord(of, pollQueue.arn));
    expect(await poller({ Records }, lambdaContext())).toEqual({ batchItemFailures: [] });
  };

  it("waits for a job with one state, whose output is the outcome", async () => {
    const { executionArn, messages } = await start("/done");
    await poll(messages);
    const { status, output } = await ended(executionArn);
    expect(status).toBe("SUCCEEDED");
    expect(JSON.parse(output ?? "")).toMatchObject({
      status: "succeeded",
      response: { body: { url: "https://example.com/42.mp4" } },
    });
  });

  it("fails when the job has failed", async () => {
    const { executionArn, messages } = await start("/gone");
    await poll(messages);
    const { status, error } = await ended(executionArn);
    // moto drops the cause of SendTaskFailure, so the outcome does not arrive here.
    expect({ status, error }).toEqual({ status: "FAILED", error: "JobFailed" });
  });

  it.each([
    ["exhausted", "NotDoneInTime"],
    ["expired", "NotDoneInTime"],
    ["another error", "NoOutcome"],
  ])("catches %s", async (status, name) => {
    const { executionArn, messages } = await start("/done");
    const { taskToken } = JSON.parse(messages[0]?.Body ?? "").deliver;
    await sfn.send(new SendTaskFailureCommand({ taskToken, error: status, cause: "{}" }));
    expect((await ended(executionArn)).error).toBe(name);
  });
});

describe("infra/examples/event-rules", () => {
  it("sends each status to its queue", async () => {
    const template = "infra/examples/event-rules/template.yaml";
    const { outputs } = await deploy(moto, "rules", template, {});
    const client = new EventBridgeClient(moto.client);
    const statuses = ["succeeded", "failed", "exhausted", "expired", "cancelled"];
    const outcomes = statuses.map((status) => ({
      outcome: { status },
      json: JSON.stringify({ status }),
    }));
    const refusals = await eventBus("polls", client).deliver(outcomes, { signal: undefined });
    client.destroy();
    expect(refusals).toEqual(statuses.map(() => undefined));
    const said = async (queueUrl: string | undefined) =>
      (await receive(queueUrl)).map(({ Body }) => JSON.parse(Body ?? "").detail.status).toSorted();
    expect(await said(outputs.SucceededQueueUrl)).toEqual(["succeeded"]);
    expect(await said(outputs.NotSucceededQueueUrl)).toEqual(statuses.slice(1).toSorted());
  });
});

/** The state machine's definition, as CloudFormation creates it. */
async function definition(): Promise<string> {
  const template = "infra/examples/step-functions/template.yaml";
  const { Resources } = JSON.parse(await samTransform(template, {}, "aws"));
  const values: Readonly<Record<string, string>> = {
    "AWS::Partition": "aws",
    "AWS::Region": "us-east-1",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::AccountId": "123456789012",
    PollerStack: "request-poller",
  };
  return JSON.stringify(Resources.WaitForJob.Properties.Definition, (_name, value) =>
    typeof value?.["Fn::Sub"] === "string"
      ? value["Fn::Sub"].replaceAll(/\$\{([\w:]+)\}/g, (_, name: string) => values[name] ?? "")
      : value,
  );
}
