import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it, onTestFinished } from "vitest";
import { projectFile, tool } from "./tools.ts";

it("Jest runs README's own test of a stack, as an ES module", async () => {
  const folder = await mkdtemp(tool("jest/readme-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "node_modules"));
  await symlink(projectFile("."), join(folder, "node_modules/request-poller"));
  await symlink(projectFile("node_modules/@middy"), join(folder, "node_modules/@middy"));
  const source = await readFile(projectFile("test/snippets/isolation.test.ts"), "utf8");
  const test = stripTypeScriptTypes(source).replace('from "vitest"', 'from "@jest/globals"');
  await writeFile(join(folder, "isolation.test.js"), test);
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  const options = ["--rootDir", folder, "--transform", "{}"];
  const jest = [
    "--experimental-vm-modules",
    tool("jest/node_modules/jest/bin/jest.js"),
    ...options,
  ];
  const { stderr } = await promisify(execFile)(process.execPath, jest);
  expect(stderr).toMatch(/Tests: +1 passed, 1 total/);
});
