/** The endpoint and the queues of a local stack, as URLs. */
interface Queues {
  readonly endpoint: string;
  readonly queueUrl: string;
  readonly outcomeQueueUrl: string;
  readonly deadLetterQueueUrl: string;
}

/**
 * Says how to send polls to a local stack and how to receive what becomes of them. Only a line with a queue's URL can be
 * longer than 80 columns.
 *
 * The commands name the endpoint, because version 1 of the AWS CLI does not heed `AWS_ENDPOINT_URL_SQS`: it would send the
 * message to AWS.
 *
 * @param portOption What the commands need to find the stack: ` --port N`, or nothing.
 * @param page The address of the page.
 */
export function howToUse(
  { endpoint, queueUrl, outcomeQueueUrl, deadLetterQueueUrl }: Queues,
  portOption: string,
  page: string,
): string {
  return `That is the page where you see every poll. Its address lets whoever has it do
all that the page can.

SQS endpoint   ${endpoint}
poll queue     ${queueUrl}
outcome queue  ${outcomeQueueUrl}
dead letters   ${deadLetterQueueUrl}

Send a poll, and see what becomes of it:
  echo '{"pollId":"job-1","request":{"url":"https://example.com/"}}' |
    npx request-poller submit -${portOption}
  npx request-poller status job-1${portOption}
  npx request-poller outcomes${portOption}

From the AWS CLI, or a program with an AWS SDK (any credentials work):
  export AWS_ENDPOINT_URL_SQS=${endpoint} AWS_REGION=us-east-1
  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  export QUEUE_URL=${queueUrl}
  export OUTCOME_QUEUE_URL=${outcomeQueueUrl}
  aws sqs send-message --region us-east-1 \\
    --endpoint-url $AWS_ENDPOINT_URL_SQS --queue-url $QUEUE_URL \\
    --message-body '{"request":{"url":"https://example.com/"}}'
  aws sqs receive-message --region us-east-1 \\
    --endpoint-url $AWS_ENDPOINT_URL_SQS --queue-url $OUTCOME_QUEUE_URL

Running until you stop it (Ctrl-C). The page shows what happens:
${page}`;
}
