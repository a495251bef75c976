import { type KnownFault, TAKEN, UNREADABLE } from "./known-fault.ts";

const MOTO = "https://github.com/getmoto/moto/blob/5.2.5/moto/sqs";

/** The known faults of moto 5.2.5. */
export const MOTO_FAULTS: readonly KnownFault[] = [
  {
    rows: /MessageMoveTask/,
    fault: "does not support move tasks, and answers in HTML",
    error: UNREADABLE,
    link: "https://github.com/getmoto/moto/pull/10265",
  },
  {
    rows: /\[(DeleteMessageBatch: (BatchEntryIdsNotDistinct|TooMany\w+|InvalidBatchEntryId)|ChangeMessageVisibilityBatch: (EmptyBatchRequest|BatchEntryIdsNotDistinct|TooMany\w+|InvalidBatchEntryId))\]/,
    fault:
      "checks only the entries of SendMessageBatch and the receipt handles of DeleteMessageBatch",
    error: TAKEN,
    link: `${MOTO}/responses.py`,
  },
  {
    rows: /^refuses only (a character outside|an attribute without a value)/,
    fault: "accepts such an entry",
    error: /expected \[ 'good', 'bad' \] to deeply equal \[ 'good' \]/,
    link: `${MOTO}/utils.py`,
  },
  {
    rows: /^refuses only an entry above /,
    fault: "refuses the whole batch",
    error: /^InvalidParameterValue: .*Message must be shorter than 1024 bytes/,
    link: `${MOTO}/models.py`,
  },
  {
    rows: /gives nothing to a client that has hung up/,
    fault: "continues to receive for a client that has left",
    error: /^Error: Expected a message in .*, got none|expected '[2-9]' to be '1'/,
    link: `${MOTO}/models.py`,
  },
  {
    rows: /^refuses (eleven|an empty string|no value|an empty binary|a string for a binary|a number made of letters|a value with a character outside the allowed set|the name (n{12}|aws\.|amazon\.|\.name|name\.|na\.\.me).*) \[(?!\w+Batch:)/i,
    fault: "checks the types of message attributes, but not their names, values and number",
    error: TAKEN,
    link: `${MOTO}/utils.py`,
  },
  {
    rows: /\[CreateQueue: (InvalidAttributeName|RedriveAllowPolicy.*)\]|is refused .*\[SetQueueAttributes: |is refused (as \{\}|with maxReceiveCount) .*RedrivePolicy/,
    fault: "does not check queue attributes, and ignores RedriveAllowPolicy",
    error: /should have been refused|'SyntaxError'/,
    link: `${MOTO}/models.py`,
  },
  {
    rows: /is refused as (not json|\{"deadLetterTargetArn":"dummy").*RedrivePolicy/,
    fault: "refuses a malformed RedrivePolicy with other error names, or answers in HTML",
    error: /expected '(SyntaxError|QueueDoesNotExist)' to match/,
    link: `${MOTO}/models.py`,
  },
  {
    rows: /QueueDeletedRecently/,
    fault: "allows a deleted queue's name at once",
    error: TAKEN,
    link: `${MOTO}/models.py`,
  },
  {
    rows: /^refuses (-1 s|a message that is not in flight|\{"VisibilityTimeout":-1\}|a delay of -1 s|a message group id of 129 characters) \[/,
    fault: "checks only some upper limits",
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
    fault: "accepts every body, and counts only the characters of the body",
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
