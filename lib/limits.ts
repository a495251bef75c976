/** Every limit that more than one file uses, or that a user asks about, with its source. */

// A message (Amazon SQS quotas and API Reference)

/** Amazon SQS quotas, Message size: 1 MiB, attributes included; also the limit of a batch as a whole. */
export const MAX_MESSAGE_BYTES = 1_048_576;

/** Amazon SQS quotas, Message attributes: ten per message. */
export const MAX_MESSAGE_ATTRIBUTES = 10;

/** Amazon SQS API Reference, SendMessageBatch and ChangeMessageVisibilityBatch: ten entries. */
export const MAX_BATCH_ENTRIES = 10;

/** Amazon SQS API Reference, SendMessage: DelaySeconds is 0 to 900. A longer wait is made of hops. */
export const MAX_DELAY_SECONDS = 900;

/** Amazon SQS API Reference, ChangeMessageVisibility: VisibilityTimeout is 0 to 43200, twelve hours. */
export const MAX_VISIBILITY_SECONDS = 43_200;

// An outcome at its destination

/** Amazon EventBridge API Reference, PutEvents: ten entries. */
export const MAX_BATCH_EVENTS = 10;

/**
 * The largest event, and all events of a call together. AWS Compute Blog, "More room to build: serverless services now
 * support payloads up to 1 MB" (January 2026); a megabyte has a million bytes here, the smaller reading.
 */
export const MAX_EVENT_BYTES = 1_000_000;

/**
 * Amazon SNS API Reference, PublishBatch: 256 KiB for a message and for all messages of a call, attributes included. A
 * topic's MaximumMessageSize can raise it, but only the topic's owner knows.
 */
export const MAX_TOPIC_MESSAGE_BYTES = 262_144;

/** AWS Step Functions API Reference, SendTaskSuccess: the output is at most 262144 bytes. */
export const MAX_TASK_OUTPUT_BYTES = 262_144;

/** AWS Step Functions API Reference, SendTaskFailure: the cause is at most 32768 long. */
export const MAX_TASK_CAUSE_BYTES = 32_768;

/** The most polls of a group: all of them stand in one row, and each write costs as much as the row is long. */
export const MAX_GROUP_SIZE = 1000;

/** How many destinations a message may name. */
export const MAX_DESTINATIONS = 4;

/** The longest reason of a dead letter: it says what to do and carries no data. */
export const MAX_REASON_BYTES = 4096;

/** An outcome that is refused for now is delivered again for this long, in ms: three days. */
export const DELIVERED_FOR_MS = 3 * 24 * 60 * 60 * 1000;

// An invocation and a row

/** Lambda quotas: a function's timeout is 900 seconds at most. */
export const MAX_INVOCATION_MS = 900_000;

/** Amazon DynamoDB, "Service, account, and table quotas", Item size: 400 KB. */
export const MAX_ITEM_BYTES = 400 * 1024;

/**
 * A poll's row is kept this long after its last claim: 28 days. A message stays in the queue for at most 14 days
 * (Amazon SQS quotas, Message retention), and then in the dead-letter queue for at most 14 days.
 */
export const ROW_KEPT_SECONDS = 28 * 24 * 60 * 60;

/** What a poll's row holds of the message after a start: two URLs of 4 KiB, which a server has named, and small bodies. */
export const MAX_PACKED_NEXT_BYTES = 16 * 1024;

/** The most claims that a message names during which it was held, the newest ones: each hold of an outage adds one. */
export const MAX_UNASKED_CLAIMS = 4;

// A poll

/** The longest wait between two requests of a poll, even if its message or server asks for more: twelve hours. */
export const MAX_WAIT_SECONDS = 43_200;

/** The default wait between two requests of a poll. */
export const DEFAULT_WAIT_SECONDS = 30;

/** How many times a message may ask to be requeued as pending. */
export const MAX_RETRIES = 100_000;

/** The default number of times that a poll is requeued as pending. */
export const DEFAULT_RETRIES = 60;

/** How many transient errors in a row a message may allow. */
export const MAX_ERRORS = 1000;

/** The default number of transient errors in a row that a poll survives. */
export const DEFAULT_ERRORS = 10;

/** How many further origins a message may name. */
export const MAX_ORIGINS = 16;

/** The longest URL that a server may name. */
export const MAX_NAMED_URL_BYTES = 4096;

/** The largest request that a server may name, its URL and body as JSON together. A message keeps up to two of them. */
export const MAX_NAMED_REQUEST_BYTES = 8192;

/** The most bytes that the poller adds to a message of a sender, for itself, when it requeues it. */
export const MAX_BOOKKEEPING_BYTES = 1024;

/** The longest expression of a message. */
export const MAX_EXPRESSION_CHARACTERS = 1024;

// A call to AWS

/**
 * By default the SDK waits without limit. A call, retries included, must end within the after-hooks' reserve, and a
 * secret must be read within the time of a poll's request.
 */
export const AWS_CALL_LIMITS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
};

/** The time limits of one try of a call that can carry 1 MiB. */
export const LARGE_AWS_CALL_LIMITS = { ...AWS_CALL_LIMITS.requestHandler, requestTimeout: 3000 };

// A request and its response

/** The longest time and the default time limit of one request, reading the body included. */
export const MAX_TIMEOUT_MS = 60_000;
export const DEFAULT_TIMEOUT_MS = 10_000;

/** The largest body of a response that is read, after decompression: 1 MiB. */
export const MAX_RESPONSE_BYTES = 1_048_576;

/** How many headers a request or a response may have: parsing more would delay other polls. */
export const MAX_HEADERS = 256;

/** How large the headers of a request or a response may be, names and values together. */
export const MAX_HEADER_BYTES = 16_384;

/** How many redirects of one request are followed. */
export const MAX_REDIRECTS = 5;

/** The longest secret: tokens of a few thousand characters are common; servers accept at most 8 KiB in a header. */
export const MAX_SECRET_CHARACTERS = 4096;

// JSON and expressions

/** How deep JSON may nest: later code walks values recursively and must not run out of stack. */
export const MAX_JSON_DEPTH = 64;

/** The most values in a JSON text from outside: an array of tiny values takes 14 times its text in memory. */
export const MAX_JSON_VALUES = 100_000;

/**
 * How many JSON values more a message may have once the poller has requeued it: its own fields, and what servers name.
 */
export const MAX_FURTHER_JSON_VALUES = 10_000;

/**
 * How many steps all expressions of one poll may take on one response. A step is one visited node of the expression,
 * one visited element, or about 16 characters read. A step takes 50 to 500 ns; all of them take less than 0.1 s.
 * Example: counting the finished items in a list of 1 MiB and picking a few fields of each takes 100,000 steps when an
 * item has 200 bytes.
 */
export const MAX_STEPS = 150_000;

/** How many times an expression may multiply its input: a few hundred fields of a hash, but not ten doublings. */
export const MAX_MULTIPLICATION = 1000;
