import { type KnownFault, TAKEN, UNREADABLE } from "./known-fault.ts";

const MOTO = "https://github.com/getmoto/moto/blob/5.2.5/moto/sqs";

/** Of moto 5.2.5. */
export const MOTO_FAULTS: readonly KnownFault[] = [
  {
    rows: /MessageMoveTask/,
    fault: "knows no move tasks, and answers in HTML",
    error: UNREADABLE,
    link: "https://github.com/getmoto/moto/pull/10265",
  },
  {
    rows: /\[(DeleteMessageBatch: (BatchEntryIdsNotDistinct|TooMany\w+|InvalidBatchEntryId)|ChangeMessageVisibilityBatch: (EmptyBatchRequest|BatchEntryIdsNotDistinct|TooMany\w+|InvalidBatchEntryId))\]/,
    fault: "checks entries of SendMessageBatch only, and of DeleteMessageBatch its receipt handles",
    error: TAKEN,
    link: `${MOTO}/responses.py`,
  },
  {
    rows: /^refuses (a character outside|an attribute without a value).* alone/,
    fault: "takes such an entry",
    error: /expected \[ 'good', 'bad' \] to deeply equal \[ 'good' \]/,
    link: `${MOTO}/utils.py`,
  },
  {
    rows: /^refuses an entry above .* alone/,
    fault: "refuses the batch for it",
    error: /^InvalidParameterValue: .*Message must be shorter than 1024 bytes/,
    link: `${MOTO}/models.py`,
  },
  {
    rows: /gives nothing to a client that has hung up/,
    fault: "goes on receiving for a client that has left",
    error: /^Error: Expected a message in .*, got none/,
    link: `${MOTO}/models.py`,
  },
  {
    rows: /^refuses (eleven|an empty string|no value|an empty binary|a string for a binary|a number that is none|a value with a character outside the allowed set|the name (n{12}|aws\.|amazon\.|\.name|name\.|na\.\.me).*) \[(?!\w+Batch:)/i,
    fault:
      "checks the types of message attributes, and neither names, values nor how many there are",
    error: TAKEN,
    link: `${MOTO}/utils.py`,
  },
  {
    rows: /\[CreateQueue: (InvalidAttributeName|RedriveAllowPolicy.*)\]|is refused .*\[SetQueueAttributes: |is refused (as \{\}|with maxReceiveCount) .*RedrivePolicy/,
    fault: "stores queue attributes unchecked, and does not act on RedriveAllowPolicy",
    error: /should have been refused|'SyntaxError'/,
    link: `${MOTO}/models.py`,
  },
  {
    rows: /is refused as (not json|\{"deadLetterTargetArn":"dummy").*RedrivePolicy/,
    fault: "refuses a malformed RedrivePolicy by other names, or answers in HTML",
    error: /expected '(SyntaxError|QueueDoesNotExist)' to match/,
    link: `${MOTO}/models.py`,
  },
  {
    rows: /QueueDeletedRecently/,
    fault: "lets a deleted queue's name be used at once",
    error: TAKEN,
    link: `${MOTO}/models.py`,
  },
  {
    rows: /^refuses (-1 s|a message that is not in flight|\{"VisibilityTimeout":-1\}|a delay of -1 s|a message group id of 129 characters) \[/,
    fault: "checks upper limits, and not all of them",
    error: TAKEN,
    link: `${MOTO}/responses.py`,
  },
  {
    rows: /keeps its id, attributes and enqueue time, and names its source/,
    fault: "has no DeadLetterQueueSourceArn",
    error: /to match object \{ Object \(SentTimestamp, MessageGroupId, \.{3}\) \}/,
    link: `${MOTO}/responses.py`,
  },
  {
    rows: /^(refuses (a body with U\+(?!d)|an empty body)|counts (bytes|a message attribute))/,
    fault: "takes every body, and counts the characters of the body alone",
    error: TAKEN,
    link: `${MOTO}/models.py`,
  },
  {
    rows: /^refuses a body with U\+d/,
    fault: "fails on a lone surrogate, and answers in HTML",
    error: UNREADABLE,
    link: `${MOTO}/models.py`,
  },
  {
    rows: /^answers with an MD5 digest of the X-Ray trace header/,
    fault: "answers without MD5OfMessageSystemAttributes",
    error: /toMatch\(\) expects to receive a string, but got undefined/,
    link: `${MOTO}/responses.py`,
  },
];
