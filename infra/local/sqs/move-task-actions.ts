import * as z from "zod/mini";
import { type Action, action } from "./action.ts";

/** SQS's actions on message move tasks, with its wire format. */
export const moveTaskActions: Readonly<Record<string, Action>> = {
  StartMessageMoveTask: action(
    z.object({
      SourceArn: z.string(),
      DestinationArn: z.optional(z.string()),
      MaxNumberOfMessagesPerSecond: z.optional(z.number()),
    }),
    (input, { service }) => ({
      TaskHandle: service.startMessageMoveTask({
        sourceArn: input.SourceArn,
        destinationArn: input.DestinationArn,
        messagesPerSecond: input.MaxNumberOfMessagesPerSecond,
      }),
    }),
  ),

  ListMessageMoveTasks: action(
    z.object({ SourceArn: z.string(), MaxResults: z.optional(z.number()) }),
    (input, { service }) => ({
      Results: service.listMessageMoveTasks(input.SourceArn, input.MaxResults).map((task) => ({
        ...(task.status === "RUNNING" && { TaskHandle: task.taskHandle }),
        Status: task.status,
        SourceArn: task.sourceArn,
        DestinationArn: task.destinationArn,
        MaxNumberOfMessagesPerSecond: task.messagesPerSecond,
        ApproximateNumberOfMessagesMoved: task.messagesMoved,
        ApproximateNumberOfMessagesToMove: task.messagesToMove,
        FailureReason: task.failureReason,
        StartedTimestamp: task.startedAt,
      })),
    }),
  ),

  CancelMessageMoveTask: action(z.object({ TaskHandle: z.string() }), (input, { service }) => ({
    ApproximateNumberOfMessagesMoved: service.cancelMessageMoveTask(input.TaskHandle),
  })),
};
