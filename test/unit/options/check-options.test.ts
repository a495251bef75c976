import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { checkOptions } from "../../../lib/options/check-options.ts";
import {
  clientOption,
  functionOption,
  queueUrlOption,
} from "../../../lib/options/option-schemas.ts";

const schema = z.strictObject({
  queueUrl: queueUrlOption,
  client: clientOption,
  now: functionOption<() => number>(),
});
const QUEUE = "https://sqs.eu-central-1.amazonaws.com/123456789012/polls";
const check = (options: object) => checkOptions("requeue", schema, options);

describe("checkOptions", () => {
  it.each([
    { queueUrl: QUEUE },
    { queueUrl: "http://127.0.0.1:9324/000000000000/polls", now: Date.now },
    { queueUrl: QUEUE, client: { send() {} } },
  ])("takes %j", (options) => expect(check(options)).toEqual(options));

  it("drops undefined options, so that their defaults apply", () => {
    expect(check({ queueUrl: QUEUE, now: undefined })).toStrictEqual({ queueUrl: QUEUE });
  });

  it.each([
    [{}, "requeue: queueUrl must be a queue URL"],
    [{ queueUrl: 7 }, "requeue: queueUrl must be a queue URL"],
    [{ queueUrl: "" }, "requeue: queueUrl must be a queue URL"],
    [{ queueUrl: "polls" }, "requeue: queueUrl must be a queue URL"],
    [{ queueUrl: `${QUEUE}.fifo` }, "must be the URL of a standard queue, not of a FIFO queue"],
    [{ queueUrl: QUEUE, client: {} }, "requeue: client must be an SQSClient"],
    [{ queueUrl: QUEUE, client: null }, "requeue: client must be an SQSClient"],
    [{ queueUrl: QUEUE, now: 7 }, "requeue: now must be a function"],
    [{ queueUrl: QUEUE, queueURL: QUEUE, x: 1 }, "requeue: unknown option queueURL, x"],
    [{ queueUrl: QUEUE, queueURL: QUEUE }, "unknown option queueURL: did you mean queueUrl?"],
    [{ queueUrl: QUEUE, url: 1, x: 1 }, "unknown option url, x"],
    [{ now: 7, x: 1 }, "queueUrl must be a queue URL; now must be a function; unknown option x"],
  ])("refuses %j by name", (options, problem) => {
    expect(() => check(options)).toThrow(TypeError);
    expect(() => check(options)).toThrow(problem);
  });
});
