/** Base class of permanent failures: a retry cannot help. */
export abstract class RefusalError extends Error {}
