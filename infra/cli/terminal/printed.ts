import { promisify } from "node:util";

const write = promisify((line: string, done: (error?: Error | null) => void) =>
  process.stdout.write(line, done),
);

/**
 * Prints a line.
 *
 * @returns resolves when the line is written: what it says may be deleted then
 * @throws what the output says when it takes nothing more
 */
export async function printed(line: string): Promise<void> {
  await write(`${line}\n`);
}
