import { InvalidArgumentError } from "commander";
import { messageOf } from "../../lib/message-of.ts";
import { parseDurationSeconds } from "./duration.ts";

/**
 * Makes a parser of durations for commander. It returns seconds, or throws an error that names the option.
 *
 * @param longest The longest duration that is allowed, in the form of the command line, for example `12h`.
 */
export function durationOption(longest: string): (text: string) => number {
  return (text) => {
    try {
      return parseDurationSeconds(text, longest);
    } catch (error) {
      throw new InvalidArgumentError(messageOf(error));
    }
  };
}
