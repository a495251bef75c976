/** Rows that a server which is not ours is known to fail, and why: AWS documents what the row says. */
interface KnownFault {
  readonly rows: RegExp;
  readonly fault: string;
  /** Where its own project says so, or the code that does so. */
  readonly link: string;
  /** Whether it fails at some times only. */
  readonly unsteady?: true;
}

const MOTO = "https://github.com/getmoto/moto/blob/5.2.5/moto/sqs";
const ELASTICMQ =
  "https://github.com/softwaremill/elasticmq/blob/v1.6.16/rest/rest-sqs/src/main/scala/org/elasticmq/rest/sqs";

const FAULTS: Readonly<Record<string, readonly KnownFault[]>> = {
  moto: [
    {
      rows: /MessageMoveTask/,
      fault: "knows no move tasks",
      link: "https://github.com/getmoto/moto/pull/10265",
    },
    {
      rows: /\[(DeleteMessageBatch|ChangeMessageVisibilityBatch): (TooManyEntriesInBatchRequest|InvalidBatchEntryId)\]|\[ChangeMessageVisibilityBatch: (EmptyBatchRequest|BatchEntryIdsNotDistinct)\]/,
      fault: "checks the entries of SendMessageBatch only",
      link: `${MOTO}/responses.py`,
    },
    {
      rows: /refuses (a character outside|an attribute without a value|an entry above).* alone/,
      fault: "takes such an entry, or refuses the batch for it",
      link: `${MOTO}/models.py`,
    },
    {
      rows: /gives nothing to a client that has hung up/,
      fault: "goes on receiving for a client that has left",
      link: `${MOTO}/models.py`,
    },
    {
      rows: /^refuses (eleven|an empty string|no value|an empty binary|a string for a binary|a number that is none|a value with a character outside the allowed set|the name (n{12}|aws\.|amazon\.|\.name|name\.|na\.\.me).*) \[/i,
      fault: "checks neither names nor values nor the number of message attributes",
      link: `${MOTO}/utils.py`,
    },
    {
      rows: /\[CreateQueue: (InvalidAttributeName|RedriveAllowPolicy.*)\]|is refused .*\[SetQueueAttributes: |\[CreateQueue: RedrivePolicy, ('as a JSON object'|maxReceiveCount)/,
      fault: "stores queue attributes unchecked, and does not act on RedriveAllowPolicy",
      link: `${MOTO}/models.py`,
    },
    {
      rows: /QueueDeletedRecently/,
      fault: "lets a deleted queue's name be used at once",
      link: `${MOTO}/models.py`,
    },
    {
      rows: /^refuses (-1 s|a message that is not in flight|\{"VisibilityTimeout":-1\}|a delay of -1 s|a message group id of 129 characters) \[/,
      fault: "checks upper limits, and not all of them",
      link: `${MOTO}/responses.py`,
    },
    {
      rows: /keeps its id, attributes and enqueue time, and names its source/,
      fault: "has no DeadLetterQueueSourceArn",
      link: `${MOTO}/models.py`,
    },
    {
      rows: /^(refuses (a body with U\+|an empty body)|counts (bytes|a message attribute))/,
      fault: "takes every body, and counts the characters of the body alone",
      link: `${MOTO}/responses.py`,
    },
    {
      rows: /carries the X-Ray trace header/,
      fault: "drops AWSTraceHeader",
      link: "https://github.com/getmoto/moto/pull/8956",
    },
  ],
  elasticmq: [
    {
      rows: /\[\w+Batch: (EmptyBatchRequest|InvalidBatchEntryId|BatchRequestTooLong)\]/,
      fault: "takes such a batch, or refuses it by another name",
      link: `${ELASTICMQ}/BatchRequestsModule.scala`,
    },
    {
      rows: /refuses (a character outside|an attribute without a value|an entry above|a timeout of 43201 s).* alone|good ones and refuses a timeout/,
      fault: "takes such an entry, or refuses the batch for it",
      link: `${ELASTICMQ}/BatchRequestsModule.scala`,
    },
    {
      rows: /gives nothing to a client that has hung up/,
      fault: "goes on receiving for a client that has left",
      link: `${ELASTICMQ}/ReceiveMessageDirectives.scala`,
    },
    {
      rows: /^\["Hel\.\*"\] selects/,
      fault: "selects message attributes by whole names only",
      link: `${ELASTICMQ}/ReceiveMessageDirectives.scala`,
    },
    {
      rows: /^refuses (eleven|an empty string|no value|an empty binary|a string for a binary|a number that is none|a value with a character outside the allowed set|the name .*) \[/i,
      fault: "checks no names of message attributes, and refuses wrong values by other names",
      link: "https://github.com/softwaremill/elasticmq/issues/320",
    },
    {
      rows: /^(moves dead letters back|shows what was done|moves no faster|runs one task|empties dead-letter queues only|needs a (source|destination)|refuses 501|cancels no task of a malformed)/,
      fault: "moves messages with their ids, takes any rate and queue, and refuses by other names",
      link: `${ELASTICMQ}/StartMessageMoveTaskDirectives.scala`,
    },
    {
      rows: /^cancels no task that has ended/,
      fault: "ends a task when its actor gets to it",
      link: `${ELASTICMQ}/CancelMessageMoveTaskDirectives.scala`,
      unsteady: true,
    },
    {
      rows: /^(a new queue has|has) the documented defaults|^(at creation|later) \[|\[CreateQueue: InvalidAttributeName\]|is refused as .*\[SetQueueAttributes: /,
      fault: "knows neither MaximumMessageSize nor limits of attributes",
      link: `${ELASTICMQ}/QueueAttributesOps.scala`,
    },
    {
      rows: /page by page/,
      fault: "lists all queues at once",
      link: `${ELASTICMQ}/ListQueuesDirectives.scala`,
    },
    {
      rows: /^are not named|QueueDeletedRecently|PurgeQueueInProgress/,
      fault: "refuses names by another error, and has no waiting times of 60 s",
      link: `${ELASTICMQ}/CreateQueueDirectives.scala`,
    },
    {
      rows: /^refuses \{.*\[ReceiveMessage: MaxNumberOfMessages|^refuses (-1|43201) s \[ChangeMessageVisibility|MessageNotInflight/,
      fault: "takes any visibility timeout, and refuses other limits by another name",
      link: `${ELASTICMQ}/ReceiveMessageDirectives.scala`,
    },
    {
      rows: /^moves while a receive waits|^stays once the policy is taken away|is refused as \{"deadLetterTargetArn"|RedriveAllowPolicy/,
      fault: "redrives at a receive only, takes no empty policy, knows no RedriveAllowPolicy",
      link: `${ELASTICMQ}/QueueAttributesOps.scala`,
    },
    {
      rows: /^(refuses (a body with U\+|an empty body|a body of one byte more)|counts (bytes|a message attribute)|keeps to the queue's MaximumMessageSize)/,
      fault: "counts characters up to 1 MiB of any queue, and refuses by other names",
      link: `${ELASTICMQ}/SendMessageDirectives.scala`,
    },
    {
      rows: /carries the X-Ray trace header/,
      fault: "answers a receive without AWSTraceHeader",
      link: `${ELASTICMQ}/ReceiveMessageDirectives.scala`,
    },
    {
      rows: /^(deletes what is deleted already|accepts the handle of an earlier receive)/,
      fault: "takes the newest receipt handle only",
      link: `${ELASTICMQ}/DeleteMessageDirectives.scala`,
    },
  ],
};

/** By what the servers call themselves in their answers. */
const SERVERS: Readonly<Record<string, string>> = { Werkzeug: "moto", "pekko-http": "elasticmq" };

async function serverName(endpoint: string): Promise<string> {
  const { headers } = await fetch(endpoint);
  const [name = ""] = headers.get("server")?.split("/") ?? [];
  return SERVERS[name] ?? "unknown";
}

const endpoint = process.env.SQS_ENDPOINT;
const server = endpoint === undefined ? "ours" : await serverName(endpoint);

/** Why the server under test is known to fail a row; `undefined` when it should pass. */
export function knownFault(row: string): (KnownFault & { readonly server: string }) | undefined {
  const fault = FAULTS[server]?.find(({ rows }) => rows.test(row));
  return fault && { ...fault, server };
}
