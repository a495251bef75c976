import { type KnownFault, TAKEN, UNREADABLE } from "./known-fault.ts";

const SOURCE = "https://github.com/softwaremill/elasticmq/blob/v1.6.16";
const CORE = `${SOURCE}/core/src/main/scala/org/elasticmq`;
const REST = `${SOURCE}/rest/rest-sqs/src/main/scala/org/elasticmq/rest/sqs`;

/** The known faults of ElasticMQ 1.6.16. */
export const ELASTICMQ_FAULTS: readonly KnownFault[] = [
  {
    rows: /\[\w+Batch: (EmptyBatchRequest|InvalidBatchEntryId)\]/,
    fault: "checks only that entry ids are distinct, and accepts an empty batch",
    error: TAKEN,
    link: `${REST}/BatchRequestsModule.scala`,
  },
  {
    rows: /\[SendMessageBatch: BatchRequestTooLong\]/,
    fault: "refuses such a batch with another error name",
    error: /expected 'InvalidAttributeValue' to be 'BatchRequestTooLong'/,
    link: `${REST}/SendMessageBatchDirectives.scala`,
  },
  {
    rows: /^refuses only a character outside/,
    fault: "cannot read such a request, and refuses the whole batch",
    error: /^InvalidAction: Invalid request: MalformedRequestContentRejection/,
    link: `${REST}/SQSRestServerBuilder.scala`,
  },
  {
    rows: /^refuses only an attribute without a value/,
    fault: "refuses it with another error name",
    error: /expected 'InvalidAttributeValue' to match/,
    link: `${REST}/SendMessageDirectives.scala`,
  },
  {
    rows: /^refuses only an entry above|good ones and refuses only a timeout/,
    fault: "ignores MaximumMessageSize and the limits of a visibility timeout",
    error: /expected \[ '(good|fits)', 'bad' \] to deeply equal \[ '\1' \]/,
    link: `${REST}/BatchRequestsModule.scala`,
  },
  {
    rows: /gives nothing to a client that has hung up/,
    fault: "continues to receive for a client that has left",
    error: /^Error: Expected a message in .*, got none|expected '[2-9]' to be '1'/,
    link: `${REST}/ReceiveMessageDirectives.scala`,
  },
  {
    rows: /^\["Hel\.\*"\] selects/,
    fault: "selects message attributes only by complete names",
    error: /expected \[\] to deeply equal \[ 'Hello', 'Help\.Me' \]/,
    link: `${REST}/ReceiveMessageDirectives.scala`,
  },
  {
    rows: /^refuses (an empty binary|the name .*) \[/i,
    fault: "checks neither names of message attributes nor binary values",
    error: TAKEN,
    link: `${REST}/SendMessageDirectives.scala`,
  },
  {
    rows: /^refuses (eleven|an empty string|no value|a string for a binary|a number made of letters|a value with a character outside the allowed set) \[(?!\w+Batch:)/,
    fault: "refuses wrong message attributes with other error names",
    error: /expected '(InvalidAttributeValue|MissingParameter)' to be|to include 'InvalidA/,
    link: `${REST}/SendMessageDirectives.scala`,
  },
  {
    rows: /^moves dead letters back to the queue they came from/,
    fault: "keeps the ids of moved messages",
    error: /expected \[ Array\(1\) \] to not include '/,
    link: `${CORE}/actor/queue/operations/MoveMessagesAsyncOps.scala`,
  },
  {
    rows: /^(keeps to its rate|lists a task with its result)/,
    fault: "does not list a cancelled task, nor the number of messages of an ended one",
    error: /^Error: Expected a move task, got none|to match object/,
    link: `${CORE}/actor/queue/operations/MoveMessagesAsyncOps.scala`,
  },
  {
    rows: /^refuses 501/,
    fault: "accepts any rate",
    error: TAKEN,
    link: `${REST}/StartMessageMoveTaskDirectives.scala`,
  },
  {
    rows: /^moves messages only from dead-letter queues/,
    fault: "waits 20 s if the queue is not a dead-letter queue, and answers in plain text",
    error: UNREADABLE,
    link: `${REST}/StartMessageMoveTaskDirectives.scala`,
  },
  {
    rows: /^(runs one task|needs a (source|destination)|refuses to cancel by a malformed)/,
    fault: "refuses move tasks with other error names",
    error: /expected '(UnsupportedOperation|QueueDoesNotExist|ResourceNotFoundException)' to be/,
    link: `${REST}/SQSException.scala`,
  },
  {
    rows: /^refuses to cancel a task that has ended/,
    fault: "ends a task with a delay",
    error: TAKEN,
    link: `${REST}/CancelMessageMoveTaskDirectives.scala`,
    unsteady: true,
  },
  {
    rows: /^(a new queue has the documented defaults|at creation|later) \[/,
    fault: "ignores MaximumMessageSize and MessageRetentionPeriod",
    error: /to match object/,
    link: `${REST}/QueueAttributesOps.scala`,
  },
  {
    rows: /\[CreateQueue: InvalidAttributeName\]|is refused as .*\[SetQueueAttributes: /,
    fault: "checks no limits of queue attributes",
    error: /should have been refused|'SyntaxError'/,
    link: `${REST}/QueueAttributesOps.scala`,
  },
  {
    rows: /page by page/,
    fault: "lists all queues on one page",
    error: /to have a length of 2 but got 3/,
    link: `${REST}/ListQueuesDirectives.scala`,
  },
  {
    rows: /^are not named/,
    fault: "refuses names with another error",
    error: /to include 'InvalidAttributeName'/,
    link: `${REST}/CreateQueueDirectives.scala`,
  },
  {
    rows: /QueueDeletedRecently|PurgeQueueInProgress/,
    fault: "does not wait 60 s after a delete or a purge",
    error: TAKEN,
    link: `${REST}/CreateQueueDirectives.scala`,
  },
  {
    rows: /^refuses \{"(Max|Wait).*\[ReceiveMessage: MaxNumberOfMessages/,
    fault: "refuses these limits with another error name",
    error: /expected 'InvalidAttributeValue' to be 'InvalidParameterValue'/,
    link: `${REST}/ReceiveMessageDirectives.scala`,
  },
  {
    rows: /^refuses \{"VisibilityTimeout".*\[ReceiveMessage|^refuses (-1|43201) s \[ChangeMessageVisibility|MessageNotInflight/,
    fault: "accepts any visibility timeout, also for a visible message",
    error: TAKEN,
    link: `${REST}/ChangeMessageVisibilityDirectives.scala`,
  },
  {
    rows: /^moves while a receive waits/,
    fault: "redrives messages only during a receive",
    error: /expected \[\] to deeply equal \[ 'x' \]/,
    link: `${CORE}/actor/queue/operations/ReceiveMessageOps.scala`,
  },
  {
    rows: /^stays once the policy is taken away|is refused as \{"deadLetterTargetArn"|RedriveAllowPolicy/,
    fault: "refuses an empty policy and a RedriveAllowPolicy",
    error:
      /^InvalidAttribute(Name|Value): The attribute (value for Redrive|RedriveAllow)Policy is invalid|should have been refused|'QueueDoesNotExist' to match/,
    link: `${REST}/QueueAttributesOps.scala`,
  },
  {
    rows: /^(counts (bytes|a message attribute)|keeps to the queue's MaximumMessageSize)/,
    fault: "counts characters, up to 1 MiB for any queue",
    error: TAKEN,
    link: `${CORE}/Limits.scala`,
  },
  {
    rows: /^refuses (a body with U\+|an empty body|a body of one byte more)/,
    fault: "refuses wrong bodies with other error names",
    error:
      /expected '(InvalidAttributeValue|InvalidAction)' to be 'Invalid|to include 'InvalidAttributeValue'/,
    link: `${REST}/SendMessageDirectives.scala`,
  },
  {
    rows: /^answers with an MD5 digest of the X-Ray trace header/,
    fault: "answers without MD5OfMessageSystemAttributes",
    error: /toMatch\(\) expects to receive a string, but got undefined/,
    link: `${REST}/SendMessageDirectives.scala`,
  },
  {
    rows: /^(deletes a message that is already deleted|accepts the handle of an earlier receive)/,
    fault: "accepts only the newest receipt handle",
    error: /^ReceiptHandleIsInvalid: /,
    link: `${REST}/DeleteMessageDirectives.scala`,
  },
];
