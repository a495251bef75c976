import type { Command } from "commander";
import { collect } from "./collect.ts";

/** Adds the options that say how answers are judged, and which headers requests have. */
export function withRequestOptions(command: Command): Command {
  return command
    .option("--until <preset>", "the API that is polled, for example openai-batch")
    .option("--success <expr>", "the poll succeeds when this is true")
    .option("--failure <expr>", "the poll fails when this is true")
    .option("--pending <expr>", "poll again when this is true, whatever the other expressions say")
    .option("--next <expr>", "where to poll from now on, when an answer says so")
    .option("--fetch <expr>", "where to get the result once the poll has succeeded")
    .option("--result <expr>", "the part of the last response to print")
    .option(
      "--header <line>",
      "a header, 'Name: value', 'Name: env:VARIABLE' or 'Name: Bearer env:VARIABLE'; repeatable",
      collect,
    )
    .option("--header-file <file>", "a file of such headers, one per line; repeatable", collect);
}
