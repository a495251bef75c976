import { execFile } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { startMoto } from "../moto.ts";
import { projectFile, tool } from "../tools.ts";

const TEMPLATES = globSync("infra/{template.yaml,examples/*/template.yaml}", {
  cwd: projectFile("."),
});

const ENVIRONMENT = { ...process.env, AWS_DEFAULT_REGION: "us-east-1", SAM_CLI_TELEMETRY: "0" };

/** Runs a tool without credentials and telemetry. Rejects when it finds a problem. */
async function run(path: string, ...args: string[]): Promise<string> {
  const env = ENVIRONMENT;
  const { stdout } = await promisify(execFile)(tool(path), args, { env, cwd: projectFile(".") });
  return stdout;
}

it("checks all templates", () => {
  expect(TEMPLATES).toEqual(
    expect.arrayContaining(["infra/template.yaml", "infra/examples/http-api/template.yaml"]),
  );
});

describe.each(TEMPLATES)("%s", (template) => {
  it("has no findings of cfn-lint", async () => {
    expect(await run("checks/bin/cfn-lint", template)).toBe("");
  });

  it("is valid for SAM", async () => {
    const said = await run("sam/bin/sam", "validate", "--lint", "--template", template);
    expect(said).toContain("is a valid SAM Template");
  });

  it("passes checkov, with a reason for each suppression", async () => {
    const options = ["--framework", "cloudformation", "--skip-download", "--output", "json"];
    const report = JSON.parse(await run("checks/bin/checkov", "--file", template, ...options));
    // For a template without checked resources, the report has a summary but no results.
    expect(report).toMatchObject("results" in report ? { summary: { failed: 0 } } : { failed: 0 });
    const { skipped_checks: skipped = [] } = report.results ?? {};
    for (const { check_id, check_result } of skipped) {
      expect(`${check_id}: ${check_result.suppress_comment}`).toMatch(/^\w+: .{40,}/);
    }
  });
});

it("SAM accepts the documented command, and starts to deploy", async () => {
  await using moto = await startMoto();
  const [line = ""] =
    /^sam deploy .*$/m.exec(readFileSync(projectFile("docs/guides/deploy.md"), "utf8")) ?? [];
  const [, ...args] = line.split(" ");
  const { accessKeyId, secretAccessKey } = moto.client.credentials;
  const env = {
    ...ENVIRONMENT,
    AWS_ENDPOINT_URL: moto.endpoint,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  const options = { env, cwd: projectFile(".") };
  // It stops there: moto does not support the bucket policy of SAM's own stack.
  await expect(promisify(execFile)(tool("sam/bin/sam"), args, options)).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining("Successfully created!"),
  });
});
