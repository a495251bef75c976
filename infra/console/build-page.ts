import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import * as esbuild from "esbuild";

const PAGE = join(import.meta.dirname, "page");

/**
 * Bundles the page: one script, one style sheet, `index.html` and the files of `static/`. Nothing of it is loaded from
 * elsewhere.
 *
 * @param folder where the page is written; what is there already is removed
 */
export async function buildPage(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await esbuild.build({
    entryPoints: [
      { in: join(PAGE, "main.tsx"), out: "page" },
      { in: join(PAGE, "page.css"), out: "page" },
    ],
    outdir: folder,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    legalComments: "none",
    logLevel: "warning",
  });
  await cp(join(PAGE, "index.html"), join(folder, "index.html"));
  await cp(join(PAGE, "static"), folder, { recursive: true });
}
