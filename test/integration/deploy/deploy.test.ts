import { execFile } from "node:child_process";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LOOPBACK_ONLY } from "../../support/loopback-only-env.ts";
import { serve } from "../cli/kit.ts";

const MAIN = join(import.meta.dirname, "../../../infra/deploy/main.ts");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "deploy-"));
});
afterEach(() => rm(folder, { recursive: true }));

/** A `sam` that writes down what it was told, and ends with a code. */
async function installSam(code: number): Promise<void> {
  const path = join(folder, "sam");
  await writeFile(path, `#!/bin/sh\nprintf '%s\\n' "$@" > ${folder}/told\nexit ${code}\n`);
  await chmod(path, 0o755);
}

/** Lambda and CloudFormation, as far as the checks after a deployment go. */
const aws = (recursiveLoop: string) =>
  serve((request, response) => {
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

function deploy(endpoint: string, ...args: string[]) {
  const env = {
    ...LOOPBACK_ONLY,
    PATH: `${folder}:${dirname(process.execPath)}:/usr/bin:/bin`,
    AWS_ENDPOINT_URL: endpoint,
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "a",
    AWS_SECRET_ACCESS_KEY: "b",
  };
  return new Promise<{ code: unknown; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [MAIN, ...args], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, stdout, stderr }),
    );
  });
}

describe("npm run deploy", () => {
  it("deploys with SAM, checks, and says how to submit", async () => {
    await installSam(0);
    const told = await deploy(await aws("Allow"), "--stack", "mine", "--parameter", "Fence=false");
    expect(told).toMatchObject({ code: 0, stderr: "" });
    expect(told.stdout).toContain("QueueUrl: https://q\n");
    expect(told.stdout).toMatch(/npx request-poller submit polls\.jsonl --stack mine\n$/);
    const args = (await readFile(join(folder, "told"), "utf8")).trim().split("\n");
    expect(args.slice(0, 2)).toEqual(["deploy", "--template-file"]);
    expect(args[2]).toMatch(/infra\/template\.yaml$/);
    expect(args).toContain('Fence="false"');
  });

  it("fails where Lambda would stop the function, and says what to do", async () => {
    await installSam(0);
    const { code, stderr } = await deploy(await aws("Terminate"), "--stack", "mine");
    expect(code).toBe(1);
    expect(stderr).toContain(
      "aws lambda put-function-recursion-config --function-name mine-Poller --recursive-loop Allow",
    );
  });

  it("fails with SAM", async () => {
    await installSam(3);
    const { code, stdout, stderr } = await deploy(await aws("Allow"), "--stack", "mine");
    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toBe("error: sam deploy ended with 3\n");
  });

  it("says what is missing where there is no SAM", async () => {
    const { code, stderr } = await deploy(await aws("Allow"), "--stack", "mine");
    expect(code).toBe(1);
    expect(stderr).toContain("the AWS SAM CLI cannot be run: install it");
  });
});
