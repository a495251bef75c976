import { Command } from "commander";
import type { SubmitOptions } from "./submit/submit-file.ts";

const EXAMPLES = `
Examples:
  $ request-poller submit polls.jsonl --stack request-poller
  $ request-poller submit polls.jsonl --queue-url https://sqs.eu-west-1.amazonaws.com/123456789012/polls
  $ generate-polls | request-poller submit - --queue-url "$QUEUE_URL" --region eu-west-1
  $ request-poller submit polls.json --queue-url http://127.0.0.1:9324/000000000000/request-poller-polls

A message is a JSON object; the least is {"request":{"url":"https://example.com/jobs/1"}}.
FILE holds one, a JSON array of them, or JSON Lines (one a line). All are checked before any is sent.

A pollId names one poll: a message with the id of a poll that waits changes nothing, and one with the id of a poll that
has ended gets its old outcome again, until 28 days after that end (after its expiresAt, where that is later). For a
new poll take a new pollId, or none.

Exit code: 0 all sent, 1 not all sent, 2 a message or an option is wrong and nothing was sent.`;

export function submitCommand(): Command {
  return new Command("submit")
    .summary("check messages and send them to a queue")
    .description("Checks the messages in a file and sends them to an SQS queue.")
    .argument("<file>", "the messages; - reads them from the standard input")
    .option("--stack <name>", "the deployed stack whose poll queue it is")
    .option("--queue-url <url>", "the poll queue itself")
    .option("--region <region>", "its AWS region; taken from the queue's URL where it says so")
    .option("--endpoint-url <url>", "where SQS is reached, instead of AWS")
    .addHelpText("after", EXAMPLES)
    .action(async (file: string, options: SubmitOptions) => {
      const { submitFile } = await import("./submit/submit-file.ts");
      process.exitCode = await submitFile(file, options);
    });
}
