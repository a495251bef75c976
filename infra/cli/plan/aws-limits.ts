/** The limits of AWS that a load can meet, as of November 2026, with the page that names each. */

/** Amazon SQS quotas, "Amazon SQS standard queue quotas", on messages in flight: received and not yet deleted. */
export const IN_FLIGHT_PER_QUEUE = 120_000;

/** AWS Lambda quotas: concurrent executions per account and region. AWS raises it on request. */
export const ACCOUNT_CONCURRENCY = 1000;

/**
 * AWS Lambda Developer Guide, "Configuring scaling behavior for SQS event source mappings": the highest
 * MaximumConcurrency.
 */
export const HIGHEST_MAXIMUM_CONCURRENCY = 1000;

/**
 * The same page, on provisioned mode: what one event poller bears. It makes 10 receive calls per second, each of up to
 * 10 messages.
 */
export const EVENT_POLLER = {
  invocationsAtOnce: 10,
  messagesPerSecond: 100,
  bytesPerSecond: 1_000_000,
} as const;

/** AWS CloudFormation, AWS::Lambda::EventSourceMapping ProvisionedPollerConfig. */
export const MOST_EVENT_POLLERS = 2000;
export const LEAST_EVENT_POLLERS = 2;
export const MOST_MINIMUM_POLLERS = 200;

/** AWS Lambda quotas: the payload of a synchronous invocation. */
export const BYTES_PER_INVOCATION = 6_291_456;

/** AWS Lambda Developer Guide, "Configure Lambda function memory": at this memory, a function has one whole CPU. */
export const MEGABYTES_PER_CPU = 1769;

/** Amazon DynamoDB, "Understanding DynamoDB warm throughput in different scenarios": a new on-demand table. */
export const WRITES_OF_A_NEW_TABLE = 4000;

/** Amazon DynamoDB quotas: write request units per second of one on-demand table. AWS raises it on request. */
export const WRITES_OF_A_TABLE = 40_000;

/** Amazon VPC, "DNS attributes for your VPC", on DNS quotas: packets per second of one network interface. */
export const DNS_PACKETS_PER_INTERFACE = 1024;
