import { execFile } from "node:child_process";
import { chmod, glob, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, parse } from "node:path";
import { promisify } from "node:util";
import * as esbuild from "esbuild";
import { buildPage } from "./console/build-page.ts";

const root = join(import.meta.dirname, "..");
const run = promisify(execFile);

/**
 * Loads Node's modules without the facade that an ES import creates: creating it reads every export, and those of
 * node:http load all of undici, a third of the cold start. An import statement reads only the exports that are used.
 */
const builtinsWithoutFacade: esbuild.Plugin = {
  name: "builtins-without-facade",
  setup({ onResolve, onLoad }) {
    const filter = /^node:/;
    onResolve({ filter }, ({ path, kind }) => ({
      path,
      namespace: kind === "import-statement" ? "builtin-exports" : "builtin",
    }));
    onLoad({ filter, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = ${loading(path)};`,
    }));
    onLoad({ filter, namespace: "builtin-exports" }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter(
        (name) => name !== "default",
      );
      // Only a pure call is left out when nothing uses its result.
      const exported = names.map(
        (name) => `export const ${name} = /* @__PURE__ */ (() => builtin.${name})();`,
      );
      return {
        contents: [
          `const builtin = ${loading(path)};`,
          "export default builtin;",
          ...exported,
        ].join("\n"),
      };
    });
  },
};

const loading = (path: string) => `process.getBuiltinModule(${JSON.stringify(path)})`;

/**
 * Tree-shakes each lazily imported module separately: esbuild keeps all of such a module, with the hundred and fifty
 * operations of a client.
 */
const shakenAtNeed: esbuild.Plugin = {
  name: "shaken-at-need",
  setup({ onLoad }) {
    onLoad({ filter: /-sdk\.ts$/ }, async ({ path }) => {
      const { outputFiles } = await esbuild.build({
        ...bundleOptions,
        entryPoints: [path],
        bundle: true,
        write: false,
        outfile: `${path}.js`,
        sourcemap: "inline",
        sourcesContent: false,
        plugins: [sharedLeftOut],
      });
      return { contents: outputFiles[0]?.text ?? "", resolveDir: dirname(path) };
    });
  },
};

/** Keeps dependencies that other parts of the bundle share out of the separate builds. */
const sharedLeftOut: esbuild.Plugin = {
  name: "shared-left-out",
  setup({ onResolve }) {
    onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === "entry-point" || LOADED_AT_NEED.test(path) ? undefined : { path, external: true },
    );
  },
};

const LOADED_AT_NEED = /^@aws-sdk\/(?:client|lib|util)-|^@aws-lambda-powertools\/parameters/;

const bundleOptions = {
  platform: "node",
  format: "esm",
  target: "node22",
  mainFields: ["module", "main"],
  legalComments: "none",
  logLevel: "warning",
} satisfies esbuild.BuildOptions;

/**
 * Bundles a Lambda's code into one ESM file with all its dependencies, and a source map. What is imported when first
 * needed goes into `chunks/` beside that file: a cold start would otherwise parse it too.
 */
export async function bundle(entryPoint: string, outfile: string): Promise<void> {
  const { dir, name, ext } = parse(outfile);
  await esbuild.build({
    entryPoints: [{ in: entryPoint, out: name }],
    outdir: dir,
    outExtension: { ".js": ext },
    ...bundleOptions,
    bundle: true,
    splitting: true,
    chunkNames: "chunks/[name]-[hash]",
    minify: true,
    sourcemap: true,
    sourcesContent: false,
    plugins: [builtinsWithoutFacade, shakenAtNeed],
  });
}

/** tsc keeps `.ts` in the imports of declarations; compilers before TypeScript 5.7 cannot resolve those. */
async function nameTypesByOutput(folder: string): Promise<void> {
  for await (const file of glob("**/*.d.ts", { cwd: folder })) {
    const path = join(folder, file);
    const declarations = await readFile(path, "utf8");
    await writeFile(path, declarations.replaceAll(/((?:from |import\()"\.[^"]*)\.ts"/g, '$1.js"'));
  }
}

/** Compiles the npm package: JavaScript and types of its exports and of the command line. */
async function compilePackage(): Promise<void> {
  const manifest = createRequire(import.meta.url).resolve("typescript/package.json");
  const tsc = join(dirname(manifest), "bin/tsc");
  await run(process.execPath, [tsc, "--project", join(root, "infra/tsconfig.package.json")]);
  await nameTypesByOutput(join(root, "dist/package"));
  // npm link makes the command executable only once; each build replaces the file.
  await chmod(join(root, "dist/package/infra/cli/main.js"), 0o755);
}

async function bundlePoller(): Promise<void> {
  const folder = join(root, "dist/poller");
  // The name of a chunk changes with its contents: earlier ones must not be deployed.
  await rm(join(folder, "chunks"), { recursive: true, force: true });
  await bundle(join(root, "functions/poller/index.ts"), join(folder, "index.mjs"));
}

/** Builds `dist/poller/` for AWS, `dist/package/` for npm and `dist/console/`, the page. Other files in `dist/` stay. */
export async function build(): Promise<void> {
  await Promise.all([bundlePoller(), compilePackage(), buildPage(join(root, "dist/console"))]);
}

if (import.meta.main) {
  // Output of deleted sources must not be published.
  await rm(join(root, "dist"), { recursive: true, force: true });
  await build();
}
