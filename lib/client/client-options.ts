import * as z from "zod/mini";

const text = (what: string) => z.string(`must be ${what}`).check(z.minLength(1, `must be ${what}`));
const awsClient = (name: string) =>
  z.optional(
    z.custom(
      (value) => typeof value === "object" && value !== null && "send" in value,
      `must be ${name}`,
    ),
  );
const callback = z.optional(z.custom((value) => typeof value === "function", "must be a function"));

/** The options of `createPollClient`. */
export const clientOptions = z.strictObject({
  queueUrl: z
    .string("must be the URL of a queue")
    .check(z.refine((url) => URL.canParse(url), "must be the URL of a queue")),
  tableName: z.optional(text("a table's name")),
  outcomeQueueUrl: z.optional(text("the URL of a queue")),
  deadLetterQueueUrl: z.optional(text("the URL of a queue")),
  functionName: z.optional(text("a function's name or ARN")),
  sqs: awsClient("an SQSClient"),
  dynamodb: awsClient("a DynamoDBClient"),
  lambda: awsClient("a LambdaClient"),
  s3: awsClient("an S3Client"),
  now: callback,
  newId: callback,
});
