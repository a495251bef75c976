import { CommanderError } from "commander";
import { Interruption } from "./interruption.ts";
import { createProgram, errorLabel } from "./program.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Runs the command line.
 *
 * @param args What stands after the program's name.
 * @returns The exit code: what the command says, 2 for bad usage, 1 for any other error.
 */
export async function run(args: readonly string[]): Promise<number> {
  try {
    process.exitCode = 0;
    await createProgram().parseAsync(args, { from: "user" });
    return process.exitCode;
  } catch (error) {
    return report(error);
  }
}

/** Says on stderr what went wrong, in one line; with DEBUG set, where too. Returns the exit code. */
export function report(error: unknown): number {
  // Commander has printed its own.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interruption) return error.exitCode;
  const message = error instanceof Error ? error.message : String(error);
  console.error(`${errorLabel()} ${message}`);
  if (process.env.DEBUG && error instanceof Error) console.error(error.stack);
  return error instanceof UsageError ? 2 : 1;
}
