import type { Context } from "aws-lambda";
import { uniqueId } from "./records.ts";

let contexts = 0;

/**
 * Creates the Lambda context of one invocation.
 *
 * @param remaining the function's remaining time in ms: a number counts down from now, a function is called each time.
 *   `@default` 60000
 */
export function lambdaContext(remaining: number | (() => number) = 60_000): Context {
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionName: "function",
    functionVersion: "1",
    invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:function",
    memoryLimitInMB: "256",
    awsRequestId: uniqueId(++contexts),
    logGroupName: "/aws/lambda/function",
    logStreamName: "test",
    getRemainingTimeInMillis: typeof remaining === "function" ? remaining : countdown(remaining),
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  };
}

function countdown(remainingMs: number): () => number {
  const endsAt = Date.now() + remainingMs;
  return () => endsAt - Date.now();
}
