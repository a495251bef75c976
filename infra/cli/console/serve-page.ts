import { type Console, startConsole } from "../../console/console.ts";
import type { ConsoleSource } from "../../console/console-source.ts";
import { openBrowser } from "./open-browser.ts";

/** Options of the commands that serve the page. */
export interface PageOptions {
  /** Whether to open the page in the user's browser. */
  readonly open?: boolean | undefined;
}

/**
 * Serves the page of a stack, and prints its address.
 *
 * @throws {Error} when the page is not built
 */
export async function servePage(
  source: ConsoleSource,
  { open = false }: PageOptions,
  print: (line: string) => void,
): Promise<Console> {
  const page = await startConsole({ source });
  print(page.address);
  if (open) openBrowser(page.addressForOnce(), (problem) => console.error(problem));
  return page;
}
