import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, it } from "vitest";
import { lambdaRecord } from "../../../infra/local/event-source-mapping/lambda-record.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { startHttpJobs } from "../../support/http-jobs.ts";
import { loadPoller } from "../../support/poller-bundle.ts";
import { runCli } from "../../support/running-cli.ts";
import { startMoto } from "../moto.ts";
import { deploy } from "./deploy.ts";

it("polls a message that is submitted to a deployed stack, in its function's environment", async () => {
  await using moto = await startMoto();
  const jobs = await startHttpJobs({ "/done": () => ({ status: 200 }) });
  const { outputs, resources } = await deploy(moto, "polled", "infra/template.yaml", {});
  const lambda = new LambdaClient(moto.client);
  const sqs = new SQSClient({ ...moto.client, useQueueUrlAsEndpoint: false });
  const receive = async (QueueUrl: string | undefined) => {
    const names = { MessageAttributeNames: ["All"], MessageSystemAttributeNames: ["All" as const] };
    return (await sqs.send(new ReceiveMessageCommand({ QueueUrl, ...names }))).Messages ?? [];
  };
  try {
    const message = JSON.stringify({ pollId: "p-1", request: { url: `${jobs.url}/done` } });
    const submitted = await runCli(["submit", "-", "--stack", "polled"], message, {
      AWS_ENDPOINT_URL: moto.endpoint,
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "local",
      AWS_SECRET_ACCESS_KEY: "local",
    });
    expect(submitted).toMatchObject({ code: 0 });

    const FunctionName = resources.PollerFunction;
    const { Environment } = await lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName }),
    );
    const variables = Object.entries(Environment?.Variables ?? {});
    const handler = await loadPoller({
      ...Object.fromEntries(variables.map(([name, value]) => [name, String(value)])),
      LOG_LEVEL: "SILENT",
      METRICS_NAMESPACE: "",
      POLL_ALLOW_PRIVATE: "true",
      AWS_ENDPOINT_URL: moto.endpoint,
    });
    const Records = (await receive(outputs.QueueUrl)).map((of) =>
      lambdaRecord(of, outputs.QueueArn ?? ""),
    );
    expect(await handler({ Records }, lambdaContext())).toEqual({ batchItemFailures: [] });

    const [outcome] = await receive(outputs.OutcomeQueueUrl);
    expect(JSON.parse(outcome?.Body ?? "{}")).toMatchObject({ pollId: "p-1", status: "succeeded" });
    expect(jobs.countOf("/done")).toBe(1);

    // The fence: a second copy of an ended poll gets its outcome again, without a request.
    expect(await handler({ Records }, lambdaContext())).toEqual({ batchItemFailures: [] });
    expect((await receive(outputs.OutcomeQueueUrl)).map(({ Body }) => Body)).toEqual([
      outcome?.Body,
    ]);
    expect(jobs.countOf("/done")).toBe(1);
  } finally {
    lambda.destroy();
    sqs.destroy();
    await jobs.close();
  }
});
