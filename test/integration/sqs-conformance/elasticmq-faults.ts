import { type KnownFault, TAKEN, UNREADABLE } from "./known-fault.ts";

const SOURCE = "https://github.com/softwaremill/elasticmq/blob/v1.6.16";
const CORE = `${SOURCE}/core/src/main/scala/org/elasticmq`;
const REST = `${SOURCE}/rest/rest-sqs/src/main/scala/org/elasticmq/rest/sqs`;

/** Of ElasticMQ 1.6.16. */
export const ELASTICMQ_FAULTS: readonly KnownFault[] = [
  {
    rows: /\[\w+Batch: (EmptyBatchRequest|InvalidBatchEntryId)\]/,
    fault: "checks ids of entries only to be distinct, and takes none at all",
    error: TAKEN,
    link: `${REST}/BatchRequestsModule.scala`,
  },
  {
    rows: /\[SendMessageBatch: BatchRequestTooLong\]/,
    fault: "refuses such a batch by another name",
    error: /expected 'InvalidAttributeValue' to be 'BatchRequestTooLong'/,
    link: `${REST}/SendMessageBatchDirectives.scala`,
  },
  {
    rows: /^refuses a character outside.* alone/,
    fault: "cannot read such a request, and refuses the batch for it",
    error: /^InvalidAction: Invalid request: MalformedRequestContentRejection/,
    link: `${REST}/SQSRestServerBuilder.scala`,
  },
  {
    rows: /^refuses an attribute without a value.* alone/,
    fault: "refuses it by another name",
    error: /expected 'InvalidAttributeValue' to match/,
    link: `${REST}/SendMessageDirectives.scala`,
  },
  {
    rows: /^refuses an entry above.* alone|good ones and refuses a timeout/,
    fault: "knows neither MaximumMessageSize nor limits of a visibility timeout",
    error: /expected \[ '(good|fits)', 'bad' \] to deeply equal \[ '\1' \]/,
    link: `${REST}/BatchRequestsModule.scala`,
  },
  {
    rows: /gives nothing to a client that has hung up/,
    fault: "goes on receiving for a client that has left",
    error: /^Error: Expected a message in .*, got none/,
    link: `${REST}/ReceiveMessageDirectives.scala`,
  },
  {
    rows: /^\["Hel\.\*"\] selects/,
    fault: "selects message attributes by whole names only",
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
    rows: /^refuses (eleven|an empty string|no value|a string for a binary|a number that is none|a value with a character outside the allowed set) \[(?!\w+Batch:)/,
    fault: "refuses wrong message attributes by other names",
    error: /expected '(InvalidAttributeValue|MissingParameter)' to be|to include 'InvalidA/,
    link: `${REST}/SendMessageDirectives.scala`,
  },
  {
    rows: /^moves dead letters back to the queue they came from/,
    fault: "moves messages with their ids",
    error: /expected \[ Array\(1\) \] to not include '/,
    link: `${CORE}/actor/queue/operations/MoveMessagesAsyncOps.scala`,
  },
  {
    rows: /^(moves no faster than told|shows what was done)/,
    fault: "forgets a cancelled task, and of one that has ended how much there was to move",
    error: /^Error: Expected a move task, got none|to match object/,
    link: `${CORE}/actor/queue/operations/MoveMessagesAsyncOps.scala`,
  },
  {
    rows: /^refuses 501/,
    fault: "takes any rate",
    error: TAKEN,
    link: `${REST}/StartMessageMoveTaskDirectives.scala`,
  },
  {
    rows: /^empties dead-letter queues only/,
    fault:
      "waits 20 s for nothing where the queue is no dead-letter queue, and answers in plain text",
    error: UNREADABLE,
    link: `${REST}/StartMessageMoveTaskDirectives.scala`,
  },
  {
    rows: /^(runs one task|needs a (source|destination)|cancels no task of a malformed)/,
    fault: "refuses move tasks by other names",
    error: /expected '(UnsupportedOperation|QueueDoesNotExist|ResourceNotFoundException)' to be/,
    link: `${REST}/SQSException.scala`,
  },
  {
    rows: /^cancels no task that has ended/,
    fault: "ends a task when its actor gets to it",
    error: TAKEN,
    link: `${REST}/CancelMessageMoveTaskDirectives.scala`,
    unsteady: true,
  },
  {
    rows: /^(a new queue has the documented defaults|at creation|later) \[/,
    fault: "knows neither MaximumMessageSize nor MessageRetentionPeriod",
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
    fault: "lists all queues at once",
    error: /to have a length of 2 but got 3/,
    link: `${REST}/ListQueuesDirectives.scala`,
  },
  {
    rows: /^are not named/,
    fault: "refuses names by another error",
    error: /to include 'InvalidAttributeName'/,
    link: `${REST}/CreateQueueDirectives.scala`,
  },
  {
    rows: /QueueDeletedRecently|PurgeQueueInProgress/,
    fault: "has no waiting times of 60 s",
    error: TAKEN,
    link: `${REST}/CreateQueueDirectives.scala`,
  },
  {
    rows: /^refuses \{"(Max|Wait).*\[ReceiveMessage: MaxNumberOfMessages/,
    fault: "refuses these limits by another name",
    error: /expected 'InvalidAttributeValue' to be 'InvalidParameterValue'/,
    link: `${REST}/ReceiveMessageDirectives.scala`,
  },
  {
    rows: /^refuses \{"VisibilityTimeout".*\[ReceiveMessage|^refuses (-1|43201) s \[ChangeMessageVisibility|MessageNotInflight/,
    fault: "takes any visibility timeout, and of a message that is visible as well",
    error: TAKEN,
    link: `${REST}/ChangeMessageVisibilityDirectives.scala`,
  },
  {
    rows: /^moves while a receive waits/,
    fault: "redrives at a receive only",
    error: /expected \[\] to deeply equal \[ 'x' \]/,
    link: `${CORE}/actor/queue/operations/ReceiveMessageOps.scala`,
  },
  {
    rows: /^stays once the policy is taken away|is refused as \{"deadLetterTargetArn"|RedriveAllowPolicy/,
    fault: "takes no empty policy, and knows no RedriveAllowPolicy",
    error:
      /^InvalidAttribute(Name|Value): The attribute (value for Redrive|RedriveAllow)Policy is invalid|should have been refused|'QueueDoesNotExist' to match/,
    link: `${REST}/QueueAttributesOps.scala`,
  },
  {
    rows: /^(counts (bytes|a message attribute)|keeps to the queue's MaximumMessageSize)/,
    fault: "counts characters up to 1 MiB of any queue",
    error: TAKEN,
    link: `${CORE}/Limits.scala`,
  },
  {
    rows: /^refuses (a body with U\+|an empty body|a body of one byte more)/,
    fault: "refuses wrong bodies by other names",
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
    rows: /^(deletes what is deleted already|accepts the handle of an earlier receive)/,
    fault: "takes the newest receipt handle only",
    error: /^ReceiptHandleIsInvalid: /,
    link: `${REST}/DeleteMessageDirectives.scala`,
  },
];
