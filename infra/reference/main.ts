import { glob, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sections } from "./sections.ts";
import { writeSections } from "./write-sections.ts";

const root = join(import.meta.dirname, "../..");
const isCheck = process.argv.includes("--check");

for await (const name of glob("docs/**/*.md", { cwd: root })) {
  const file = join(root, name);
  const page = await readFile(file, "utf8");
  const written = writeSections(page, sections);
  if (written === page) continue;
  if (isCheck) {
    console.error(`${name} differs from the code: run npm run reference`);
    process.exitCode = 1;
  } else {
    await writeFile(file, written);
  }
}
