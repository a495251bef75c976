import { InvalidArgumentError } from "commander";
import { parseDurationSeconds } from "./duration.ts";

/**
 * Commander's way of taking a duration: seconds, or an error that names the option.
 *
 * @param longest The longest that the option takes, written as it is on the command line.
 */
export function durationOption(longest: string): (text: string) => number {
  return (text) => {
    try {
      return parseDurationSeconds(text, longest);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}
