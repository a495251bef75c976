import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { startSqsServer } from "../../../infra/local/sqs/server.ts";
import { runHere } from "../../support/run-here.ts";
import { runCli, serve } from "../../support/running-cli.ts";

/** The DescribeStacks action of CloudFormation (AWS query protocol). */
const cloudFormation = (status: number, inner: string) =>
  serve((_request, response) => {
    response.writeHead(status, { "content-type": "text/xml" });
    response.end(inner);
  });

const stackWith = (outputs: string) =>
  cloudFormation(
    200,
    `<DescribeStacksResponse xmlns="http://cloudformation.amazonaws.com/doc/2010-05-15/"><DescribeStacksResult><Stacks>
      <member><StackName>mine</StackName><CreationTime>2026-01-01T00:00:00Z</CreationTime>
      <StackStatus>CREATE_COMPLETE</StackStatus><Outputs>${outputs}</Outputs></member>
    </Stacks></DescribeStacksResult></DescribeStacksResponse>`,
  );

const output = (key: string, value: string) =>
  `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`;

const submit = (endpoint: string, region: object = { AWS_REGION: "us-east-1" }) =>
  runHere(["submit", "-", "--stack", "mine"], '{"request":{"url":"http://127.0.0.1/1"}}', {
    AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint,
    ...region,
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
  });

describe.concurrent("request-poller submit --stack", () => {
  it("sends to the queue in the stack's output", async () => {
    await using server = Object.assign(await startSqsServer(), {
      async [Symbol.asyncDispose]() {
        await server.close();
      },
    });
    const sqs = new SQSClient({
      endpoint: server.endpoint,
      region: server.region,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "stack" }));
    const endpoint = await stackWith(output("TableName", "t") + output("QueueUrl", QueueUrl));
    expect(await submit(endpoint)).toMatchObject({
      code: 0,
      stdout: `1 of 1 messages sent to ${QueueUrl}\n`,
    });
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages).toHaveLength(1);
    sqs.destroy();
  });

  it("looks the stack up with the credentials of --profile, not with those of the environment", async () => {
    const signers: string[] = [];
    const endpoint = await serve(({ headers }, response) => {
      signers.push(/Credential=(\w+)/.exec(headers.authorization ?? "")?.[1] ?? "");
      response.writeHead(400).end();
    });
    await using folder = await mkdtempDisposable(join(tmpdir(), "submit-profile-"));
    const credentials = join(folder.path, "credentials");
    await writeFile(credentials, "[mine]\naws_access_key_id=OFPROFILE\naws_secret_access_key=s\n");
    const input = '{"request":{"url":"http://127.0.0.1/1"}}';
    const { code, stderr } = await runCli(
      ["submit", "-", "--stack", "mine", "--profile", "mine"],
      input,
      {
        AWS_ENDPOINT_URL_CLOUDFORMATION: endpoint,
        AWS_SHARED_CREDENTIALS_FILE: credentials,
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "OFENVIRONMENT",
        AWS_SECRET_ACCESS_KEY: "b",
      },
    );
    expect({ code, signer: signers[0] }).toEqual({ code: 2, signer: "OFPROFILE" });
    expect(stderr).not.toContain("Multiple credential sources");
  });

  it("asks AWS nothing when another endpoint is given", async () => {
    const asked: (string | undefined)[] = [];
    const endpoint = await serve(({ headers }, response) => {
      asked.push(headers.authorization);
      response.writeHead(400).end();
    });
    const { code, stderr } = await runHere(
      ["submit", "-", "--stack", "mine", "--endpoint-url", endpoint],
      '{"request":{"url":"http://127.0.0.1/1"}}',
      {
        AWS_ENDPOINT_URL_CLOUDFORMATION: "http://127.0.0.1:1",
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: "a",
        AWS_SECRET_ACCESS_KEY: "b",
      },
    );
    expect({ code, asked }).toEqual({
      code: 2,
      asked: [expect.stringContaining("/cloudformation/")],
    });
    expect(stderr).toContain("--stack mine");
    const ftp = ["submit", "-", "--stack", "mine", "--endpoint-url", "ftp://127.0.0.1"];
    expect(await runHere(ftp)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("--endpoint-url must be an http or https URL"),
    });
  });

  it("refuses a stack without that output", async () => {
    const { code, stderr } = await submit(await stackWith(output("Other", "x")));
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        "error: --stack mine has no output QueueUrl: it is not a stack of infra/template.yaml\n",
    });
  });

  it("says how to set a region", async () => {
    const { code, stderr } = await submit("http://127.0.0.1:1", {});
    expect(code).toBe(2);
    expect(stderr).toContain(
      "--stack mine cannot be looked up: no AWS region is set: give --region",
    );
  });

  it("says so if no region can have the name", async () => {
    const { code, stderr } = await submit("http://127.0.0.1:1", { AWS_REGION: "eu west 1" });
    expect(code).toBe(2);
    expect(stderr).toContain('region="eu west 1"');
    expect(stderr).not.toContain("no AWS region is set");
  });

  it.each([
    { AWS_REGION: "eu-west-1" },
    { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-2" },
    { AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-1" },
    { AWS_REGION: "" },
    {},
  ])("looks a stack up in the region that deploy takes, and names it: %j", async (region) => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "profile-"));
    const profile = join(folder.path, "config");
    await writeFile(profile, "[default]\nregion = eu-west-1\n");
    const endpoint = await cloudFormation(
      400,
      "<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack with id mine does not exist</Message></Error></ErrorResponse>",
    );
    const { code, stderr } = await submit(endpoint, { AWS_CONFIG_FILE: profile, ...region });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        "error: --stack mine: there is no stack mine in eu-west-1 of this account: check the name, --region and --profile\n",
    });
  });
});
