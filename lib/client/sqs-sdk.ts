import {
  CancelMessageMoveTaskCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { changeVisibility, sendMessages } from "../sqs/batch-calls.ts";

// All uses of SQS's SDK are in this file, which is loaded with the first call.
export {
  CancelMessageMoveTaskCommand,
  changeVisibility,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ListMessageMoveTasksCommand,
  ReceiveMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  sendMessages,
};
