import { join } from "node:path";
import * as esbuild from "esbuild";
import { describe, expect, it } from "vitest";

const entryPoint = join(import.meta.dirname, "../../../lib/client/index.ts");

/** The client as a program would bundle it, with the AWS SDK left out, as Lambda has it. */
const { metafile } = await esbuild.build({
  entryPoints: [entryPoint],
  bundle: true,
  splitting: true,
  minify: true,
  write: false,
  metafile: true,
  format: "esm",
  platform: "node",
  outdir: "out",
  external: ["@aws-sdk/*"],
  logLevel: "silent",
});
const inputs = Object.keys(metafile.inputs);

/** The chunks that are loaded with the entry point. */
function loadedAtOnce(): readonly {
  readonly bytes: number;
  readonly external: readonly string[];
}[] {
  const loaded = new Set(["out/index.js"]);
  for (const name of loaded) {
    for (const { path, kind, external } of metafile.outputs[name]?.imports ?? []) {
      if (kind === "import-statement" && !external) loaded.add(path);
    }
  }
  return [...loaded].map((name) => {
    const { bytes = 0, imports = [] } = metafile.outputs[name] ?? {};
    const external = imports.filter((each) => each.external && each.kind === "import-statement");
    return { bytes, external: external.map(({ path }) => path) };
  });
}

describe("request-poller/client", () => {
  it("needs neither Middy nor Powertools", () => {
    expect(inputs.filter((path) => /@middy|powertools/.test(path))).toEqual([]);
    expect(inputs.some((path) => path.includes("node_modules/zod"))).toBe(true);
  });

  it("loads no AWS SDK before the first call", () => {
    const external = loadedAtOnce().flatMap((chunk) => chunk.external);
    expect(external.filter((path) => path.startsWith("@"))).toEqual([]);
    expect(Object.keys(metafile.outputs).join()).toMatch(/sqs-sdk.*\.js/);
  });

  it("has less than 80 KB before the first message", () => {
    const bytes = loadedAtOnce().reduce((sum, chunk) => sum + chunk.bytes, 0);
    expect(bytes).toBeLessThan(80_000);
  });
});
