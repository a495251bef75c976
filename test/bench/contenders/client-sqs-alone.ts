import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";

const sqs = new SQSClient({});

/** The smallest handler that sends to SQS: the reference for cold starts. */
export const handler = () => sqs.send(new SendMessageBatchCommand({ QueueUrl: "", Entries: [] }));
