import { SendMessageCommand } from "@aws-sdk/client-sqs";
import { describe, expect, it, onTestFinished } from "vitest";
import { startLocalStack } from "../../../infra/local/stack.ts";
import { runHere } from "../../support/run-here.ts";
import { serve, startCli } from "../../support/running-cli.ts";

/** Answers DescribeStacks of CloudFormation (AWS query protocol) with a stack. */
function cloudFormation(outputs: Readonly<Record<string, string>>, history: string) {
  const members = Object.entries(outputs).map(
    ([key, value]) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`,
  );
  return serve((_, response) => {
    response.writeHead(200, { "content-type": "text/xml" });
    response.end(`<DescribeStacksResponse><DescribeStacksResult><Stacks><member>
      <StackName>mine</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime>
      <StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${members.join("")}</Outputs>
      <Parameters><member><ParameterKey>History</ParameterKey>
      <ParameterValue>${history}</ParameterValue></member></Parameters>
    </member></Stacks></DescribeStacksResult></DescribeStacksResponse>`);
  });
}

describe("request-poller console", () => {
  it("shows a deployed stack with the user's credentials, and says what it cannot show", async () => {
    const stack = await startLocalStack();
    onTestFinished(() => stack.close());
    const job = await serve((_, response) => response.writeHead(202).end());
    const body = { pollId: "far-away", request: { url: job }, delaySeconds: 60 };
    const MessageBody = JSON.stringify(body);
    await stack.sqs.send(new SendMessageCommand({ QueueUrl: stack.queueUrl, MessageBody }));
    const cli = startCli(["console", "--stack", "mine"], "", {
      AWS_ENDPOINT_URL_CLOUDFORMATION: await cloudFormation(stack.outputs, "claims"),
      AWS_ENDPOINT_URL_SQS: stack.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: stack.dynamoDbEndpoint ?? "",
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "a",
      AWS_SECRET_ACCESS_KEY: "b",
    });
    const [address = ""] = await cli.printed(/^http.*$/m);
    expect(cli.output().stdout.split("\n")[0]).toBe(address);
    const { origin, hash } = new URL(address);
    const ask = async (path: string) => {
      const headers = { "x-console-token": hash.slice("#token=".length) };
      return (await fetch(`${origin}/api/${path}`, { headers })).json();
    };
    await expect
      .poll(() => ask("polls/far-away"))
      .toMatchObject({ status: { pollId: "far-away" } });
    expect(await ask("polls/far-away")).toMatchObject({
      messageUnavailable: expect.stringContaining("SQS shows a message only to who receives it"),
    });
    await ask("polls");
    expect(await ask("stack")).toMatchObject({
      name: "mine",
      isLocal: false,
      hasTable: true,
      history: "claims",
      refresh: { rows: 1, everySeconds: 5, costPerHour: "less than $0.01" },
    });
    cli.process.kill("SIGINT");
    expect(await cli.ended).toMatchObject({ code: 0 });
  });

  it.each([
    [["--stack", "mine", "--port", "9324"], 2, "not both"],
    [["--port", "1"], 2, "no local stack is running there"],
  ])("says what is wrong: %j", async (options, code, problem) => {
    const ended = await runHere(["console", ...options]);
    expect(ended.code).toBe(code);
    expect(ended.stderr).toContain(problem);
    expect(ended.stdout).toBe("");
  });
});
