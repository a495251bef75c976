import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";

/** A file of the page, ready to be sent. */
export interface PageFile {
  readonly contentType: string;
  readonly bytes: Buffer;
}

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".woff2": "font/woff2",
};

/**
 * Reads the page's files into memory. A request can then name only one of these, whatever its path contains.
 *
 * @param folder the built page
 * @returns the files by their path, `/page.js`; `/` is `index.html`
 * @throws {Error} when the page is not built
 */
export async function readPageFiles(folder: string): Promise<ReadonlyMap<string, PageFile>> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new Error(`the page is not in ${folder}: run "npm run build" first`, { cause });
  });
  const known = names.filter((name) => Object.hasOwn(CONTENT_TYPES, extname(name)));
  const files = await Promise.all(
    known.map(async (name): Promise<[string, PageFile]> => {
      const contentType = CONTENT_TYPES[extname(name)] ?? "";
      const bytes = await readFile(join(folder, name));
      return [name === "index.html" ? "/" : `/${name}`, { contentType, bytes }];
    }),
  );
  return new Map(files);
}
