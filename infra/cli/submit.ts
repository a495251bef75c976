import { Command } from "commander";
import { LOCAL_STACK_PORT } from "../../lib/client/local-stack-port.ts";
import { portOption } from "./port-option.ts";
import type { SubmitOptions } from "./submit/submit-file.ts";
import { textOption } from "./text-option.ts";

const EXAMPLES = `
Examples:
  $ request-poller submit polls.jsonl
  $ request-poller submit polls.jsonl --stack request-poller
  $ request-poller submit polls.jsonl \\
      --queue-url https://sqs.eu-west-1.amazonaws.com/123456789012/polls
  $ generate-polls | request-poller submit - --stack polls --region eu-west-1
  $ request-poller submit polls.json \\
      --queue-url http://127.0.0.1:9324/000000000000/request-poller-polls

A message is a JSON object; the smallest is
{"request":{"url":"https://example.com/jobs/1"}}. FILE holds one message, a JSON
array of messages, or JSON Lines (one per line). All are checked before any is
sent.

A pollId identifies one poll. A message with the pollId of a poll that still
runs changes nothing. One with the pollId of a poll that has ended gets its old
outcome again, until 28 days after that end (after its expiresAt, if that is
later). For a new poll use a new pollId, or none: the message then gets one,
which is printed if there are few messages.

Exit code: 0 all sent, 1 not all sent, or not known,
2 wrong message or option, nothing sent.`;

export function submitCommand(): Command {
  return new Command("submit")
    .summary("check messages and send them to a queue")
    .description("Checks the messages in a file and sends them to an SQS queue.")
    .argument("<file>", "the file of messages; - reads the standard input")
    .option(
      "--stack <name>",
      "the deployed stack to send to (default: the local stack)",
      textOption,
    )
    .option("--port <n>", `the port of the local stack (default: ${LOCAL_STACK_PORT})`, portOption)
    .option("--queue-url <url>", "the URL of the poll queue, instead of --stack", textOption)
    .option(
      "--region <region>",
      "the AWS region of the queue; default: the region in the queue's URL, if any",
      textOption,
    )
    .option("--profile <name>", "the profile of your AWS settings", textOption)
    .option("--endpoint-url <url>", "another endpoint than AWS's", textOption)
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, options: SubmitOptions) => {
      const { submitFile } = await import("./submit/submit-file.ts");
      process.exitCode = await submitFile(file, options);
    });
}
