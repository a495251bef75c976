import { execFile } from "node:child_process";
import { readdir, readFile, realpath, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import manifest from "../../../package.json" with { type: "json" };
import { type PackedPackage, packPackage } from "../../support/packed-package.ts";

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, "../../..");

/** Every file to publish: the modules to import, the command line, the Lambda and its template. */
const MEANT = [
  /^(?:package\.json|README\.md|LICENSE|infra\/template\.yaml)$/,
  /^dist\/package\/(?:functions|infra|lib|middleware|test\/kit)\/[\w/-]+(?:\.d)?\.[jt]s$/,
  /^dist\/package\/lib\/poll\/message\/poll-message\.schema\.json$/,
  /^dist\/console\/(?:index\.html|page\.(?:css|js)|icon\.svg)$/,
  /^dist\/poller\/(?:index|chunks\/[\w-]+)\.mjs(?:\.map)?$/,
  /^lib\/(?:poll\/message\/poll-message|outcome\/outcome)\.schema\.json$/,
];

let packed: PackedPackage;
let folder: string;
let files: readonly string[];
beforeAll(async () => {
  packed = await packPackage();
  ({ folder, files } = packed);
});
afterAll(() => packed[Symbol.asyncDispose]());

const node = async (...args: string[]) =>
  (await run(process.execPath, args, { cwd: folder })).stdout.trim();

describe("the package", () => {
  it("contains exactly these files", () => {
    expect(files.filter((file) => !MEANT.some((pattern) => pattern.test(file)))).toEqual([]);
    expect(files).toContain("dist/poller/index.mjs");
    expect(files).toContain("infra/template.yaml");
  });

  it("deploys the template and the Lambda that it contains", async () => {
    const sam = join(folder, "sam");
    await writeFile(sam, '#!/bin/sh\nprintf "%s" "$3"\nexit 3\n', { mode: 0o755 });
    const main = join(folder, "node_modules", manifest.name, manifest.bin["request-poller"]);
    const deployed = run(process.execPath, [main, "deploy", "--stack", "mine"], {
      env: { PATH: `${folder}:${process.env.PATH}`, AWS_REGION: "us-east-1" },
      cwd: folder,
    });
    const template = join(folder, "node_modules", manifest.name, "infra/template.yaml");
    await expect(deployed).rejects.toMatchObject({ code: 1, stdout: await realpath(template) });
    const { CodeUri } =
      /CodeUri: (?<CodeUri>.*)/.exec(await readFile(template, "utf8"))?.groups ?? {};
    const bundle = join(dirname(template), String(CodeUri), "index.mjs");
    expect((await readFile(bundle)).length).toBeGreaterThan(0);
  });

  it("can be imported", async () => {
    const names = await node(
      "--input-type=module",
      "--eval",
      "console.log(Object.keys(await import('request-poller')).join())",
    );
    expect(names.split(",")).toEqual(
      expect.arrayContaining(["eachRecord", "pending", "held", "completed", "requeuePending"]),
    );
  });

  it("has types for its exports", () => {
    for (const { types } of Object.values(manifest.exports).filter(
      (each) => typeof each === "object",
    )) {
      expect(files).toContain(types.replace("./", ""));
    }
  });

  it("exports the schema of a message", async () => {
    const source = `import schema from "request-poller/poll-message.schema.json" with { type: "json" };
      console.log(schema.title)`;
    expect(await node("--input-type=module", "--eval", source)).toBe("PollMessage");
  });

  it("has a command line", async () => {
    const main = join(folder, "node_modules", manifest.name, manifest.bin["request-poller"]);
    expect(await node(main, "--version")).toContain(manifest.version);
  });

  it("keeps compiled modules within itself, where it can be written", async () => {
    const installed = join(folder, "node_modules", manifest.name);
    const main = join(installed, manifest.bin["request-poller"]);
    const version = () => run(process.execPath, [main, "--version"], { env: {} });
    const modules = join(installed, "node_modules");
    await rm(modules, { recursive: true, force: true });
    await writeFile(modules, "no folder");
    expect((await version()).stderr).toBe("");
    await rm(modules);
    await version();
    expect(await readdir(join(modules, ".cache/compiled-modules"))).toHaveLength(1);
  });
});

describe("its dependencies", () => {
  it("are exactly those with a documented reason", async () => {
    const reasons = await readFile(join(ROOT, "DEPENDENCIES.md"), "utf8");
    const named = [...reasons.matchAll(/^\| `([^`]+)` \|/gm)].map(([, name]) => name);
    expect(named.toSorted()).toEqual(Object.keys(manifest.dependencies).toSorted());
  });

  it("have exact versions", () => {
    const versions = Object.values({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(versions.filter((version) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  it("need no install script to run", () => {
    expect(Object.keys(manifest.scripts).filter((name) => /install/.test(name))).toEqual([]);
    for (const name of Object.keys(manifest.dependencies)) {
      expect(Object.entries(manifest.allowScripts)).not.toContainEqual([name, true]);
    }
  });
});
