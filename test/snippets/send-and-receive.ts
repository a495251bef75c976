import {
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

const { QUEUE_URL, OUTCOME_QUEUE_URL } = process.env;
const client = new SQSClient({});

export async function sendPoll(message: object): Promise<void> {
  const MessageBody = JSON.stringify(message);
  await client.send(new SendMessageCommand({ QueueUrl: QUEUE_URL, MessageBody }));
}

/** Waits at most 20 seconds for outcomes. An outcome is received again if `handle` throws. */
export async function receiveOutcomes(
  handle: (outcome: {
    outcomeId: string;
    pollId: string;
    status: string;
    result?: unknown;
  }) => void,
): Promise<void> {
  const { Messages = [] } = await client.send(
    new ReceiveMessageCommand({
      QueueUrl: OUTCOME_QUEUE_URL,
      MaxNumberOfMessages: 10,
      WaitTimeSeconds: 20,
    }),
  );
  for (const { Body = "", ReceiptHandle } of Messages) {
    handle(JSON.parse(Body));
    await client.send(new DeleteMessageCommand({ QueueUrl: OUTCOME_QUEUE_URL, ReceiptHandle }));
  }
}
