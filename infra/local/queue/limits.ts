/**
 * Limits of Amazon SQS standard queues. Sources: 'Amazon SQS message quotas' and 'Amazon SQS
 * standard queue quotas' (Developer Guide); SendMessage, ReceiveMessage, ChangeMessageVisibility,
 * CreateQueue, StartMessageMoveTask and ListMessageMoveTasks (API Reference).
 */
export const BATCH_ENTRIES = 10;
/** The most bytes of one message, and of all messages of one batch together. */
export const MESSAGE_BYTES = 1_048_576;
export const MESSAGE_ATTRIBUTES = 10;
export const ATTRIBUTE_NAME_CHARACTERS = 256;
export const IN_FLIGHT_MESSAGES = 120_000;
export const DELAY_SECONDS = 900;
export const WAIT_TIME_SECONDS = 20;
export const VISIBILITY_TIMEOUT_SECONDS = 43_200;
export const MOVED_MESSAGES_PER_SECOND = 500;
export const LISTED_MOVE_TASKS = 10;
export const REDRIVE_SOURCE_QUEUES = 10;
/** How long a PurgeQueue is refused after another, and a CreateQueue after a DeleteQueue of the same name. */
export const COOL_DOWN_MS = 60_000;
