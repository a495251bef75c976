import { Command } from "commander";
import { pausedText, resumedText } from "./polls/paused-text.ts";
import { onTarget } from "./target/open-target.ts";
import { type TargetOptions, withTargetOptions } from "./target/target-options.ts";

const EXIT_CODES = "Exit code: 0 done, 1 not done, 2 wrong option or stack.";

const ABOUT_PAUSE = `
Examples:
  $ request-poller pause
  $ request-poller pause --stack request-poller

Disables the event source mapping of the function: no poll is received, and so
no request is made, until "resume". Messages wait in the queue, for 14 days at
most; polls that expire meanwhile end as expired. Requests under way end. The
next deployment of the stack may enable the mapping again.

${EXIT_CODES}`;

const ABOUT_RESUME = `
Examples:
  $ request-poller resume
  $ request-poller resume --stack request-poller

Enables the event source mapping of the function again: the messages that were
due meanwhile are received at once.

${EXIT_CODES}`;

export function pauseCommand(): Command {
  const command = new Command("pause")
    .summary("stop all polls of a stack, until resume")
    .description("Stops all polls of a stack, until resume.");
  return withTargetOptions(command)
    .addHelpText("after", ABOUT_PAUSE)
    .action(async (options: TargetOptions) => {
      await onTarget(options, async ({ client, name }) => {
        await client.pause();
        console.log(pausedText(name));
      });
    });
}

export function resumeCommand(): Command {
  const command = new Command("resume")
    .summary("go on after pause")
    .description("Lets the polls of a stack go on after pause.");
  return withTargetOptions(command)
    .addHelpText("after", ABOUT_RESUME)
    .action(async (options: TargetOptions) => {
      await onTarget(options, async ({ client, name }) => {
        await client.resume();
        console.log(resumedText(name));
      });
    });
}
