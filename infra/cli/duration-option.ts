import { InvalidArgumentError } from "commander";
import { parseDurationSeconds } from "./duration.ts";

/** Commander's way of taking a duration: seconds, or an error that names the option. */
export function durationOption(text: string): number {
  try {
    return parseDurationSeconds(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}
