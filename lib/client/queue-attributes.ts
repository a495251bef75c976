import type { QueueAttributeName } from "@aws-sdk/client-sqs";
import type { Services } from "./services.ts";

/** How many messages stand in the queues of a stack; about, as SQS counts them. */
export interface Depths {
  /** Polls that are due. */
  readonly waiting: number;
  /** Polls that the function is processing. */
  readonly inFlight: number;
  /** Polls that wait for their time. */
  readonly delayed: number;
  /** Outcomes that nobody has received; absent when the client was made without the queue. */
  readonly outcomes?: number;
  /** Also those that somebody looks at now; absent when the client was made without the queue. */
  readonly deadLetters?: number;
}

/** The queues to count. */
export interface CountedQueues {
  readonly queueUrl: string;
  readonly outcomeQueueUrl?: string | undefined;
  readonly deadLetterQueueUrl?: string | undefined;
}

/** Counts the messages of a stack's queues. */
export async function queueDepths(
  services: Pick<Services, "sqs">,
  { queueUrl, outcomeQueueUrl, deadLetterQueueUrl }: CountedQueues,
): Promise<Depths> {
  const countsIn = async (url: string | undefined) =>
    url === undefined ? undefined : await counts(services, url);
  const [polls, outcomes, deadLetters] = await Promise.all([
    counts(services, queueUrl),
    countsIn(outcomeQueueUrl),
    countsIn(deadLetterQueueUrl),
  ]);
  return {
    waiting: polls.visible,
    inFlight: polls.inFlight,
    delayed: polls.delayed,
    ...(outcomes && { outcomes: outcomes.visible }),
    ...(deadLetters && { deadLetters: deadLetters.visible + deadLetters.inFlight }),
  };
}

/** @throws when SQS does not say it */
export async function queueArn(services: Pick<Services, "sqs">, queueUrl: string): Promise<string> {
  const { QueueArn } = await attributes(services, queueUrl, ["QueueArn"]);
  if (QueueArn === undefined) throw new Error(`${queueUrl}: SQS does not say its ARN`);
  return QueueArn;
}

async function counts(services: Pick<Services, "sqs">, queueUrl: string) {
  const said = await attributes(services, queueUrl, [
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
  ]);
  return {
    visible: Number(said.ApproximateNumberOfMessages ?? 0),
    inFlight: Number(said.ApproximateNumberOfMessagesNotVisible ?? 0),
    delayed: Number(said.ApproximateNumberOfMessagesDelayed ?? 0),
  };
}

async function attributes(
  services: Pick<Services, "sqs">,
  QueueUrl: string,
  AttributeNames: QueueAttributeName[],
) {
  const { client, GetQueueAttributesCommand } = await services.sqs();
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames });
  return (await client.send(command)).Attributes ?? {};
}
