import { InvalidArgumentError } from "commander";

/** @throws {InvalidArgumentError} when the text is empty: its variable is not set, and the option would mean nothing, or all */
export function textOption(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("It is empty: is the variable not set?");
}
