import { execFile } from "node:child_process";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type PackedPackage, packPackage } from "../../support/packed-package.ts";

const run = promisify(execFile);

// By its path: vitest sets the condition `development`, under which this package is TypeScript, which Node does not run.
const core = new URL("../../../node_modules/@arethetypeswrong/core/dist/index.js", import.meta.url);
const { checkPackage, createPackageFromTarballData }: typeof import("@arethetypeswrong/core") =
  await import(core.href);

let packed: PackedPackage;
beforeAll(async () => {
  packed = await packPackage(["@aws-lambda-powertools/logger", "@types/node"]);
  await copyFile(join(import.meta.dirname, "consumer/stack.ts"), join(packed.folder, "stack.ts"));
});
afterAll(() => packed[Symbol.asyncDispose]());

/** TypeScript 7, and 5, which projects from `sam init` still use. It comes with a development dependency. */
const compiler = (major: 5 | 7): string => {
  const own = createRequire(import.meta.url);
  const from = major === 7 ? own : createRequire(own.resolve("@arethetypeswrong/core"));
  return join(dirname(from.resolve("typescript/package.json")), "bin/tsc");
};

describe("a project that uses the package", () => {
  it.each([
    { major: 5, module: "es2015", moduleResolution: "node", type: "commonjs" },
    { major: 7, module: "esnext", moduleResolution: "bundler", type: "commonjs" },
    { major: 7, module: "nodenext", moduleResolution: "nodenext", type: "module" },
  ] as const)(
    "type-checks with TypeScript $major, $module, $moduleResolution, $type",
    async ({ major, module, moduleResolution, type }) => {
      const { folder } = packed;
      const project = join(folder, `${major}-${module}-${moduleResolution}-${type}`);
      await mkdir(project);
      await copyFile(join(folder, "stack.ts"), join(project, "stack.ts"));
      await writeFile(join(project, "package.json"), JSON.stringify({ type }));
      // The settings that `sam init` writes, except those under test.
      const compilerOptions = {
        ...{ target: "es2020", strict: true, noEmit: true, esModuleInterop: true },
        ...{ skipLibCheck: true, isolatedModules: true, types: ["node"], module, moduleResolution },
      };
      const config = join(project, "tsconfig.json");
      await writeFile(config, JSON.stringify({ compilerOptions, files: ["stack.ts"] }));
      const checked = run(process.execPath, [compiler(major), "--project", config]);
      expect(
        await checked.then(
          () => "",
          ({ stdout }) => stdout,
        ),
      ).toBe("");
    },
  );

  it("finds each entry point with each kind of module resolution", async () => {
    const tarball = createPackageFromTarballData(await readFile(packed.tarball));
    const analysis = await checkPackage(tarball, { excludeEntrypoints: ["./template.yaml"] });
    if (!analysis.types) throw new Error("the package has no types");
    // TypeScript 5 reports that `require` of an ES module is not possible, but Node 22 and later can do it.
    const problems = analysis.problems.filter(({ kind }) => kind !== "CJSResolvesToESM");
    expect(problems).toEqual([]);
  });

  it.each([
    "package.json",
    "template.yaml",
    "poller",
    "poll-message.schema.json",
    "outcome.schema.json",
  ])("finds the file of request-poller/%s", async (entry) => {
    const { resolve } = createRequire(join(packed.folder, "project.js"));
    expect(
      packed.files.map((file) => join(packed.folder, "node_modules/request-poller", file)),
    ).toContain(resolve(`request-poller/${entry}`));
  });

  it("gets the function's handler and the errors of its environment from request-poller/poller", async () => {
    const source = "import('request-poller/poller').catch(({ message }) => console.log(message))";
    const { stdout } = await run(process.execPath, ["--eval", source], {
      cwd: packed.folder,
      env: {},
    });
    expect(stdout).toContain("environment: QUEUE_URL");
  });
});
