import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runHere } from "../../support/run-here.ts";
import { runCli, serve } from "../../support/running-cli.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deploy-"));
});
afterEach(() => rm(folder, { recursive: true }));

const samsArguments = async () => (await readFile(join(folder, "told"), "utf8")).trim().split("\n");

/** A `sam` that records its arguments and its input, and ends with a given exit code. */
async function installSam(code: number): Promise<void> {
  const path = join(folder, "sam");
  await writeFile(
    path,
    `#!/bin/sh\nprintf '%s\\n' "$@" > ${folder}/told\ncat > ${folder}/read\nexit ${code}\n`,
  );
  await chmod(path, 0o755);
}

/** The actions of Lambda and CloudFormation that the checks after a deployment call. */
const aws = (recursiveLoop: string, onCall?: (authorization: string | undefined) => void) =>
  serve((request, response) => {
    onCall?.(request.headers.authorization);
    if (request.headers["x-amz-target"] === "AmazonSQS.GetQueueUrl") {
      response.end(JSON.stringify({ QueueUrl: `http://${request.headers.host}/theirs` }));
      return;
    }
    if (request.headers["x-amz-target"] === "AmazonSQS.GetQueueAttributes") {
      response.end(JSON.stringify({ Attributes: { VisibilityTimeout: "30" } }));
      return;
    }
    if (request.url?.includes("/functions/mine-Poller/recursion-config")) {
      response.end(JSON.stringify({ RecursiveLoop: recursiveLoop }));
      return;
    }
    const output = (key: string, value: string) =>
      `<member><OutputKey>${key}</OutputKey><OutputValue>${value}</OutputValue></member>`;
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:mine-Poller:live";
    response.setHeader("content-type", "text/xml");
    response.end(
      `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><Outputs>${output("QueueUrl", "https://q")}
      ${output("FunctionArn", arn)}</Outputs></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`,
    );
  });

const THEIRS = "arn:aws:sqs:us-east-1:123456789012:theirs";

const environment = (endpoint: string, region = "us-east-1") => ({
  PATH: `${folder}:${dirname(process.execPath)}:/usr/bin:/bin`,
  AWS_ENDPOINT_URL: endpoint,
  AWS_REGION: region,
  AWS_CONFIG_FILE: "/dev/null",
  AWS_ACCESS_KEY_ID: "a",
  AWS_SECRET_ACCESS_KEY: "b",
});

/** Deploys, with `input` for the command and for SAM, which takes it over: so it needs a process. */
const deployAnswering = (input: string, endpoint: string, ...args: string[]) =>
  runCli(["deploy", ...args], input, environment(endpoint));

const deploy = (endpoint: string, ...args: string[]) => deployAnswering("", endpoint, ...args);

/** Deploys where SAM does not start. */
const deployNothing = (endpoint: string, ...args: string[]) =>
  runHere(["deploy", ...args], "", environment(endpoint));

describe("request-poller deploy", () => {
  it("deploys with SAM, checks the deployment, and says how to submit", async () => {
    await installSam(0);
    const told = await deploy(await aws("Allow"), "--stack", "mine", "--parameter", "Fence=false");
    expect(told).toMatchObject({ code: 0, stderr: "" });
    expect(told.stdout).toContain("QueueUrl: https://q\n");
    expect(told.stdout).toMatch(
      /npx request-poller submit polls\.jsonl --stack mine --region us-east-1\n$/,
    );
    const args = (await readFile(join(folder, "told"), "utf8")).trim().split("\n");
    expect(args.slice(0, 2)).toEqual(["deploy", "--template-file"]);
    expect(args[2]).toMatch(/infra\/template\.yaml$/);
    expect(args).toContain('Fence="false"');
  });

  it("fails if Lambda would stop the function, and says what to do", async () => {
    await installSam(0);
    const { code, stderr } = await deploy(await aws("Terminate"), "--stack", "mine");
    expect(code).toBe(1);
    expect(stderr).toContain(
      "aws lambda put-function-recursion-config --function-name mine-Poller --recursive-loop Allow",
    );
  });

  it("fails when SAM fails", async () => {
    await installSam(3);
    const { code, stdout, stderr } = await deploy(await aws("Allow"), "--stack", "mine");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe("error: sam deploy ended with 3\n");
  });

  it("asks for the stack's name, and leaves the rest of the input to SAM", async () => {
    await installSam(0);
    const { code, stdout } = await deployAnswering("mine\ny\nn\n", await aws("Allow"), "--guided");
    expect(code).toBe(0);
    expect(stdout).toContain("Name of the CloudFormation stack [request-poller]: ");
    const args = await samsArguments();
    expect(args).toContain("--guided");
    expect(args.slice(args.indexOf("--stack-name"))[1]).toBe("mine");
    expect(await readFile(join(folder, "read"), "utf8")).toBe("y\nn\n");
  });

  it.each([
    { args: ["--guided"], name: "request-poller" },
    { args: ["--guided", "--stack", "mine"], name: "mine" },
  ])("without an answer, takes the name from $args", async ({ args, name }) => {
    await installSam(0);
    expect(await deploy(await aws("Allow"), ...args)).toMatchObject({
      code: 0,
    });
    expect(await samsArguments()).toContain(name);
  });

  it.each([
    [["--parameter", "Fence=false"], "give the stack's name with --stack, or use --guided"],
    [["--stack", "my_stack"], "a stack's name has only letters, digits and hyphens"],
    [["--stack", "mine", "--parameter", "fense=true"], "did you mean Fence?"],
    [["--stack", "mine", "--parameter", "Timeout=45"], '--parameter Timeout: "45" is none of'],
    [["--stack", "mine", "--parameter", "BatchSize=200"], "BatchSize is 100 at most"],
    [
      ["--stack", "mine", "--parameter", `ExistingPollQueueArn=${THEIRS}`],
      "the visibility timeout of theirs is 30 s, and must be 721 s or more",
    ],
    [
      ["--stack", "mine", "--region", "eu-west-1", "--parameter", `ExistingPollQueueArn=${THEIRS}`],
      "theirs is in us-east-1, and must be in the region of the stack, eu-west-1",
    ],
  ])("refuses %j before it looks for SAM", async (args, problem) => {
    const { code, stdout, stderr } = await deployNothing(await aws("Allow"), ...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(problem);
  });

  const large = ["--stack", "mine", "--parameter", "BatchSize=200"];
  const refusing = (Code: string, Message: string) =>
    serve((_, response) => {
      response.writeHead(Code === "AccessDenied" ? 403 : 400, { "content-type": "text/xml" });
      response.end(
        `<ErrorResponse><Error><Code>${Code}</Code><Message>${Message}</Message></Error></ErrorResponse>`,
      );
    });

  it("leaves to CloudFormation what depends on parameters that the credentials may not read", async () => {
    await installSam(3);
    const { code, stderr } = await deploy(await refusing("AccessDenied", "no"), ...large);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^WARN: .* with those that mine keeps, .*DescribeStacks$/m);
    expect(stderr).toContain("error: sam deploy ended with 3\n");
    expect(await samsArguments()).toContain('BatchSize="200"');
  });

  it.each([
    ["ExpiredToken", "expired", 1, "--stack mine: your AWS credentials have expired"],
    ["ValidationError", "the name is wrong", 1, "the name is wrong"],
    ["ValidationError", "Stack with id mine does not exist", 2, "BatchSize is 100 at most"],
  ])("reports %s (%s) of the deployed stack as it is", async (name, message, code, problem) => {
    const told = await deployNothing(await refusing(name, message), ...large);
    expect(told).toMatchObject({ code, stdout: "" });
    expect(told.stderr).toContain(problem);
  });

  it.each([
    [["--region", "eu-west-1"], { AWS_REGION: "eu-west-2", AWS_DEFAULT_REGION: "eu-west-3" }],
    [[], { AWS_REGION: "eu-west-1", AWS_DEFAULT_REGION: "eu-west-3" }],
    [[], { AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-1" }],
    [["--guided"], { AWS_REGION: "", AWS_DEFAULT_REGION: "eu-west-1" }],
    [[], {}],
  ])("gives SAM the region that it uses itself: %j %j", async (args, regions) => {
    await installSam(0);
    const asked = new Set<string | undefined>();
    const answering = await aws("Allow", (authorization = "") => {
      asked.add(authorization.split("/")[2]);
    });
    const profile = join(folder, "config");
    await writeFile(profile, "[default]\nregion = eu-west-1\n");
    const { AWS_REGION: _, ...settings } = environment(answering);
    const { code, stderr } = await runCli(["deploy", "--stack", "mine", ...args], "", {
      ...settings,
      AWS_CONFIG_FILE: profile,
      ...regions,
    });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(asked).toEqual(new Set(["eu-west-1"]));
    const told = await samsArguments();
    expect(told.slice(told.indexOf("--region"))[1]).toBe("eu-west-1");
  });

  it("names --region if no region is set", async () => {
    expect(
      await runHere(["deploy", "--stack", "mine"], "", environment("http://127.0.0.1:1", "")),
    ).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: no AWS region is set: give --region, or set AWS_REGION\n",
    });
  });

  it.each(["fense=true", "Timeout=45", "AllowHosts=https://a.example"])(
    "names a wrong parameter first, which is wrong in each region: %s",
    async (parameter) => {
      const args = ["deploy", "--stack", "mine", "--parameter", parameter];
      const { code, stderr } = await runHere(args, "", environment("http://127.0.0.1:1", ""));
      expect(code).toBe(2);
      expect(stderr).toContain("error: --parameter ");
    },
  );

  it.each([
    ["eu-west-1\ny\n", "eu-west-1", "y\n"],
    ["", "us-east-1", ""],
  ])("asks for the region if none is set, and deploys to it: %j", async (input, region, left) => {
    await installSam(0);
    const args = ["deploy", "--guided", "--stack", "mine", "--parameter", "Fence=false"];
    const { code, stdout } = await runCli(args, input, environment(await aws("Allow"), ""));
    expect(code).toBe(0);
    expect(stdout).toContain("AWS region [us-east-1]: ");
    expect(stdout).toContain(`--stack mine --region ${region}\n`);
    const told = await samsArguments();
    expect(told.slice(told.indexOf("--region"))[1]).toBe(region);
    expect(await readFile(join(folder, "read"), "utf8")).toBe(left);
  });

  it("says how to install SAM if it is missing", async () => {
    const { code, stderr } = await deployNothing(await aws("Allow"), "--stack", "mine");
    expect(code).toBe(1);
    expect(stderr).toContain("the AWS SAM CLI cannot be run: install it");
  });
});
