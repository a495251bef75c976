/** What was asked for is never to be had: asking again would not help. */
export abstract class RefusalError extends Error {}
