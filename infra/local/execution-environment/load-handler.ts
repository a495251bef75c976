import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

/** A Lambda handler; what it returns is awaited. */
export type Handler = (event: unknown, context: unknown) => unknown;

const EXTENSIONS = [".js", ".mjs", ".cjs"];

/**
 * Finds the file of a handler.
 *
 * @param taskRoot the folder of the code, an absolute path
 * @param handler file and export, for example `index.handler`
 */
export function handlerFile(taskRoot: string, handler: string): string | undefined {
  const name = handler.slice(0, handler.lastIndexOf("."));
  return EXTENSIONS.map((extension) => join(taskRoot, `${name}${extension}`)).find(existsSync);
}

/**
 * Loads a handler as Lambda's Node.js runtime does.
 *
 * @param taskRoot the folder of the code, an absolute path
 * @param handler file and export, for example `index.handler`
 * @throws the errors of loading the file, and an Error when there is no such file or export
 */
export async function loadHandler(taskRoot: string, handler: string): Promise<Handler> {
  const exportName = handler.slice(handler.lastIndexOf(".") + 1);
  const file = handlerFile(taskRoot, handler);
  if (file === undefined) {
    throw new Error(`${handler}: no such .js, .mjs or .cjs file in ${taskRoot}`);
  }
  const exported = (await import(pathToFileURL(file).href))[exportName];
  if (typeof exported !== "function") {
    throw new Error(`${handler}: ${file} exports no function ${exportName}`);
  }
  if (exported.length > 2) {
    throw new Error(`${handler} takes a callback, which Lambda's Node.js 24 no longer has`);
  }
  return exported;
}
