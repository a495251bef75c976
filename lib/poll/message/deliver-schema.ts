import * as z from "zod/mini";
import { urlProblem } from "../../http/url-problem.ts";
import { MAX_DESTINATIONS, MAX_HEADER_BYTES, MAX_HEADERS } from "../../limits.ts";
import { secret } from "./auth-schema.ts";
import { integer, must } from "./field-rules.ts";
import { headersUpTo, traceparent, url } from "./request-schema.ts";

const text = (pattern: RegExp, expected: string) =>
  z.string(must("a string")).check(z.regex(pattern, must(expected)));

/** In the one spelling that URLs have: a queue is allowed by its text. */
const queueUrl = z
  .string(must("the URL of an SQS queue"))
  .check(
    z.refine(
      (url) => isPlainUrl(url) && !url.endsWith(".fifo"),
      must("the URL of a standard SQS queue, as SQS itself writes it"),
    ),
  );

function isPlainUrl(text: string): boolean {
  const url = URL.parse(text);
  const isPlain = url !== null && url.href === text && url.search === "" && url.hash === "";
  return isPlain && urlProblem(text) === undefined;
}

/** A delivery adds `content-type` and `webhook-id`, with an id of at most 256 characters. */
const webhookHeaders = headersUpTo(MAX_HEADERS - 2, MAX_HEADER_BYTES - 512);

const webhook = z.strictObject(
  {
    // z.describe makes a copy: the url is also part of other schemas.
    url: url.check(z.describe("Where it is POSTed to: absolute http or https URL.")),
    secret: z.optional(secret),
    headers: z.optional(webhookHeaders),
    traceparent: z.optional(traceparent),
  },
  must("an object"),
);

const destination = z
  .strictObject(
    {
      queueUrl: z
        .optional(queueUrl)
        .register(z.globalRegistry, { description: "An SQS queue: its URL." }),
      eventBus: z
        .optional(
          text(
            /^(?:[\w./-]{1,256}|arn:[a-z-]+:events:[a-z0-9-]+:\d{12}:event-bus\/[\w./-]{1,256})$/,
            "the name or ARN of an event bus",
          ),
        )
        .register(z.globalRegistry, {
          description: "An event bus of EventBridge: its name or ARN.",
        }),
      topicArn: z
        .optional(
          text(
            /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
            "the ARN of a standard SNS topic",
          ),
        )
        .register(z.globalRegistry, { description: "An SNS topic: its ARN." }),
      taskToken: z
        .optional(text(/^[\x21-\x7e]{1,2048}$/, "a task token of Step Functions"))
        .register(z.globalRegistry, {
          description: "A task of Step Functions that waits: its token.",
        }),
      webhook: z.optional(webhook).register(z.globalRegistry, {
        description: "A URL that the outcome is POSTed to, signed with the secret.",
      }),
    },
    must("an object"),
  )
  .check(
    z.refine(
      (of) => Object.values(of).filter((value) => value !== undefined).length === 1,
      must("exactly one of queueUrl, eventBus, topicArn, taskToken, webhook"),
    ),
  )
  .register(z.globalRegistry, { minProperties: 1, maxProperties: 1 });

/** Where the outcome goes: one destination, or a list of up to four. */
export const deliver = z.union([
  z
    .array(destination, must("a destination or a list of destinations"))
    .check(
      z.minLength(1, must("at least one destination")),
      z.maxLength(MAX_DESTINATIONS, must(`at most ${MAX_DESTINATIONS} destinations`)),
    ),
  destination,
]);

/** What is left to deliver of an outcome. */
export const undelivered = z.strictObject(
  {
    since: integer(0, Number.MAX_SAFE_INTEGER),
    attempts: integer(0, Number.MAX_SAFE_INTEGER),
    outcome: z.optional(z.string(must("a string"))),
  },
  must("an object"),
);

/** An outcome that is not of this poller can have ids of any form. */
const deliveredId = z
  .string(must("a string"))
  .check(z.maxLength(256, must("at most 256 characters")));

/** What marks a poll that delivers an outcome to a webhook. */
export const delivery = z.strictObject(
  {
    outcomeId: deliveredId,
    pollId: z.optional(deliveredId),
  },
  must("an object"),
);
