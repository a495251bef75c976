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

/** Runs a tool without credentials and without a word to anybody. Rejects where it finds something. */
async function run(path: string, ...args: string[]): Promise<string> {
  const env = ENVIRONMENT;
  const { stdout } = await promisify(execFile)(tool(path), args, { env, cwd: projectFile(".") });
  return stdout;
}

it("knows the templates", () => {
  expect(TEMPLATES).toEqual(
    expect.arrayContaining(["infra/template.yaml", "infra/examples/http-api/template.yaml"]),
  );
});

describe.each(TEMPLATES)("%s", (template) => {
  it("has nothing for cfn-lint to say", async () => {
    expect(await run("checks/bin/cfn-lint", template)).toBe("");
  });

  it("is valid for SAM", async () => {
    const said = await run("sam/bin/sam", "validate", "--lint", "--template", template);
    expect(said).toContain("is a valid SAM Template");
  });

  it("passes checkov, each suppression argued in place", async () => {
    const options = ["--framework", "cloudformation", "--skip-download", "--output", "json"];
    const report = JSON.parse(await run("checks/bin/checkov", "--file", template, ...options));
    // A template of resources that it has no check for has a summary and no results.
    expect(report).toMatchObject("results" in report ? { summary: { failed: 0 } } : { failed: 0 });
    const { skipped_checks: skipped = [] } = report.results ?? {};
    for (const { check_id, check_result } of skipped) {
      expect(`${check_id}: ${check_result.suppress_comment}`).toMatch(/^\w+: .{40,}/);
    }
  });
});

it("SAM takes the documented command, and begins to deploy by it", async () => {
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
  // It ends there: moto knows nothing of the bucket policy that SAM's own stack has.
  await expect(promisify(execFile)(tool("sam/bin/sam"), args, options)).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining("Successfully created!"),
  });
});
