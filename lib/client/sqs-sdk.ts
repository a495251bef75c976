// All uses of SQS's SDK are in this file, which is loaded with the first call.
export {
  CancelMessageMoveTaskCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
export { changeVisibility, sendMessages } from "../sqs/batch-calls.ts";
