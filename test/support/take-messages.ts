import {
  type Message,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  type SQSClient,
} from "@aws-sdk/client-sqs";

/** Receives all messages that are visible now, with all their attributes. */
export async function takeMessages(
  sqs: SQSClient,
  options: Pick<ReceiveMessageCommandInput, "QueueUrl" | "VisibilityTimeout">,
): Promise<Message[]> {
  const receive = new ReceiveMessageCommand({
    ...options,
    MaxNumberOfMessages: 10,
    WaitTimeSeconds: 0,
    MessageAttributeNames: ["All"],
    MessageSystemAttributeNames: ["All"],
  });
  const messages: Message[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(receive);
    if (Messages.length === 0) return messages;
    messages.push(...Messages);
  }
}
