import { CommanderError } from "commander";
import { messageOf } from "../../lib/message-of.ts";
import { interruptionIn } from "./interruption.ts";
import { createProgram, errorLabel } from "./program.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Runs the command line.
 *
 * @param args The arguments after the program's name.
 * @returns The exit code: the command's own, 2 for wrong usage, 1 for any other error.
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

/** Prints an error to stderr in one line, and its stack if DEBUG is set. Returns the exit code. */
export function report(error: unknown): number {
  // Commander has already printed its own errors.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const interruption = interruptionIn(error);
  if (interruption !== undefined) return interruption.exitCode;
  const message = messageOf(error);
  console.error(`${errorLabel()} ${message}`);
  if (process.env.DEBUG && error instanceof Error) console.error(error.stack);
  return error instanceof UsageError ? 2 : 1;
}
