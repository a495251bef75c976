/** Amazon SQS quotas, Message size: 1 MiB, attributes included; also the limit of a batch as a whole. */
export const MAX_MESSAGE_BYTES = 1_048_576;

/** Amazon SQS API Reference, SendMessageBatch and ChangeMessageVisibilityBatch: ten entries. */
export const MAX_BATCH_ENTRIES = 10;

/** Amazon SQS quotas, Message attributes: ten a message. */
export const MAX_MESSAGE_ATTRIBUTES = 10;
