import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { runHere } from "../../support/run-here.ts";
import { runCli } from "../../support/running-cli.ts";

const ROOT = join(import.meta.dirname, "../../..");

describe("request-poller", () => {
  it.each([
    [[]],
    [["start"]],
    [["poll"]],
    [["try"]],
    [["presets"]],
    [["submit"]],
    [["local"]],
    [["plan"]],
  ])("%j --help explains the command, with examples", async (args) => {
    const { code, stdout, stderr } = await runHere([...args, "--help"]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^Usage: request-poller/);
    expect(stdout).toMatch(/^Examples:\n {2}\$ request-poller/m);
  });

  it("plans a load, with the settings of a stack for it", async () => {
    const { code, stdout } = await runHere(["plan", "--polls", "1000000", "--every", "1m"]);
    expect(code).toBe(0);
    expect(stdout).toContain("requests per second      16,667");
    expect(stdout).toMatch(/--parameter MaximumConcurrency=\d+/);
  });

  it("refuses to plan what the template refuses", async () => {
    expect(await runCli(["plan", "--polls", "5", "--batch-size", "300"])).toEqual({
      code: 2,
      stdout: "",
      stderr: "error: With a MemorySize of 256 or 512, BatchSize is 100 at most.\n",
    });
  });

  it("--version prints the package's version", async () => {
    const manifest: unknown = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
    const { code, stdout } = await runCli(["--version"]);
    expect(code).toBe(0);
    expect(manifest).toMatchObject({ version: stdout.trim() });
  });

  it("presets lists the presets, and prints one as JSON on the standard output", async () => {
    const { code, stdout } = await runHere(["presets"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^replicate {2,}Replicate prediction/m);
    const one = await runHere(["presets", "replicate"]);
    expect(JSON.parse(one.stdout)).toMatchObject({ next: "body.urls.get" });
    expect(one.stderr).toContain("https://replicate.com/docs");
  });

  it.each([
    ["an unknown preset", ["presets", "replicat"], "Did you mean replicate?"],
    ["an unknown command", ["pol"], "Did you mean poll?"],
    ["an unknown option", ["start", "--fast"], "unknown option '--fast'"],
    ["no number of polls", ["plan"], "required option '--polls <n>'"],
    ["a plan without an interval", ["plan", "--polls", "5", "--every", "0s"], "Write 1s or more"],
    ["a plan of no polls", ["plan", "--polls", "0"], "Write a whole number from 1"],
    ["what would redrive all", ["redrive", "--yes", "--only", ""], "is the variable not set?"],
    ["a folder without a name", ["local", "--data-dir="], "is the variable not set?"],
    ["no command", [], "Usage: request-poller"],
  ])("%s: exit code 2 and a hint", async (_, args, message) => {
    const { code, stdout, stderr } = await runHere(args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/--help|request-poller presets/);
  });

  it("takes an empty NODE_COMPILE_CACHE as none: it keeps nothing in the current folder", async () => {
    const here = await mkdtemp(join(tmpdir(), "here-"));
    onTestFinished(() => rm(here, { recursive: true }));
    const main = join(ROOT, "infra/cli/main.ts");
    const env = { NODE_COMPILE_CACHE: "" };
    await promisify(execFile)(process.execPath, [main, "--version"], { cwd: here, env });
    expect(await readdir(here)).toEqual([]);
  });
});
