/** Public list prices of us-east-1 in dollars, without free tiers, in November 2026. */
export const PRICES = {
  /** AWS Lambda: requests, and arm64 duration. */
  lambdaMillionRequests: 0.2,
  lambdaGbSecond: 0.0000133334,
  /** Amazon SQS, standard queues. */
  sqsMillionRequests: 0.4,
  /** Amazon DynamoDB, on demand, items up to 1 KB. */
  dynamoDbMillionWrites: 0.625,
  /** Amazon CloudWatch Logs, ingestion. */
  logsGb: 0.5,
  /** AWS Step Functions, Standard. */
  stepFunctionsMillionTransitions: 25,
  /** AWS Lambda durable functions: the rate in the examples of the price page. */
  durableMillionOperations: 8,
} as const;

export const PRICES_OF = "November 2026";
