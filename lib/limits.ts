/** What is the most? Every limit that more than one file goes by, or that a user asks for, with its source. */

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

/** The longest reason that a dead letter carries: it says what to do, and is no place for data. */
export const MAX_REASON_BYTES = 4096;

// An invocation and a row

/** Lambda quotas: a function's timeout is 900 seconds at most. */
export const MAX_INVOCATION_MS = 900_000;

/** Amazon DynamoDB, "Service, account, and table quotas", Item size: 400 KB. */
export const MAX_ITEM_BYTES = 400 * 1024;

/**
 * A poll's row is kept this long after its last claim: 28 days. A message stands in the queue for 14 days at most
 * (Amazon SQS quotas, Message retention), and as long in the dead-letter queue.
 */
export const ROW_KEPT_SECONDS = 28 * 24 * 60 * 60;

// A poll

/** The longest wait between two requests of a poll, whatever its message or its server asks for: twelve hours. */
export const MAX_WAIT_SECONDS = 43_200;

/** What a poll waits between requests where its message does not say. */
export const DEFAULT_WAIT_SECONDS = 30;

/** How many times a message may ask to be requeued as pending. */
export const MAX_RETRIES = 100_000;

/** How many times a poll is requeued as pending where its message does not say. */
export const DEFAULT_RETRIES = 60;

/** How many transient errors in a row a message may ask to be borne. */
export const MAX_ERRORS = 1000;

/** How many transient errors in a row are borne where a message does not say. */
export const DEFAULT_ERRORS = 10;

/** The longest expression of a message. */
export const MAX_EXPRESSION_CHARACTERS = 1024;

// A request and its response

/** The longest that one request may take, its body read included, and what it takes where a message does not say. */
export const MAX_TIMEOUT_MS = 60_000;
export const DEFAULT_TIMEOUT_MS = 10_000;

/** The largest body of a response that is read, after decompression: 1 MiB. */
export const MAX_RESPONSE_BYTES = 1_048_576;

/** How many headers a request or a response may have: more would keep other polls from their turn. */
export const MAX_HEADERS = 256;

/** How large the headers of a request or a response may be, names and values together. */
export const MAX_HEADER_BYTES = 16_384;

/** How many redirects of one request are followed. */
export const MAX_REDIRECTS = 5;

/** The longest secret: tokens of a few thousand characters are common; servers take no more than 8 KiB in a header. */
export const MAX_SECRET_CHARACTERS = 4096;

// JSON and expressions

/** How deep JSON may nest before we refuse it: what walks a value later recurses, and must not run out of stack. */
export const MAX_JSON_DEPTH = 64;

/** The most values that a text of others may hold: an array of nothing takes 14 times its text in memory. */
export const MAX_JSON_VALUES = 100_000;

/**
 * How many steps the expressions of one poll may take on one response, together. A step is a visit of the tree, an
 * element touched or about 16 characters read, 50 to 500 ns by machine and by kind: all of them take under 0.1 s.
 * Counting the items of 1 MiB that are done, and picking a few fields of each, takes 100,000 where an item has 200 bytes.
 */
export const MAX_STEPS = 150_000;

/** What an expression may multiply its input by: a few hundred fields of a hash, but not ten doublings in a row. */
export const MAX_MULTIPLICATION = 1000;
