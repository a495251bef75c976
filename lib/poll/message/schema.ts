import * as z from "zod/mini";
import { MAX_HISTORY_LENGTH } from "../../history/history.ts";
import {
  DEFAULT_ERRORS,
  DEFAULT_RETRIES,
  DEFAULT_WAIT_SECONDS,
  MAX_DELAY_SECONDS,
  MAX_DESTINATIONS,
  MAX_ERRORS,
  MAX_RETRIES,
  MAX_UNASKED_CLAIMS,
  MAX_WAIT_SECONDS,
} from "../../limits.ts";
import { deliver, delivery, undelivered } from "./deliver-schema.ts";
import { integer, must, number } from "./field-rules.ts";
import { group } from "./group-schema.ts";
import { pollId } from "./poll-id.ts";
import { abort, origin, request, start, target } from "./request-schema.ts";
import { until } from "./until-schema.ts";

/** Epoch ms: any time that a Date can hold. */
const epochMs = () => integer(0, 8_640_000_000_000_000);

const backoff = z.strictObject(
  {
    rate: z._default(number(1, 10), 1).register(z.globalRegistry, {
      description:
        "The factor between one delay and the next. With 1, delays are fixed and have no jitter.",
    }),
    maxDelaySeconds: z.optional(number(1, MAX_WAIT_SECONDS)).register(z.globalRegistry, {
      description: `The longest delay, in seconds. Default: the larger of ${MAX_DELAY_SECONDS} and delaySeconds.`,
    }),
    jitter: z
      ._default(z.enum(["full", "equal", "none"], must("one of full, equal, none")), "equal")
      .register(z.globalRegistry, {
        description: "How delays are randomised, so that polls do not stay together.",
      }),
  },
  must("an object"),
);

/** That one of them is there is checked by the parser. */
const startOrRequest = z.check<{ readonly start?: unknown; readonly request?: unknown }>(
  ({ value: { start, request }, issues }) => {
    if (start === undefined || request === undefined) return;
    const message = "must be left out beside start";
    issues.push({ code: "custom", path: ["request"], message, input: request });
  },
);

/** The body of a message on the poll queue: type, parser and JSON Schema are all made from this definition. */
export const pollMessageSchema = z
  .strictObject(
    {
      pollId: z.optional(pollId).register(z.globalRegistry, {
        description:
          "The poll's id, also in logs and outcomes: 1 to 128 of A-Z a-z 0-9 _ - . : Default: the messageId of its first message.",
      }),
      request: z.optional(request).register(z.globalRegistry, {
        description: "The HTTP request that is sent each time the poll is due.",
      }),
      start: z.optional(start).register(z.globalRegistry, {
        description: "The HTTP request that starts the job, instead of request. It is sent once.",
      }),
      abort: z.optional(abort).register(z.globalRegistry, {
        description:
          "The HTTP request that stops the job. It is sent once, when the poll is cancelled or expires.",
      }),
      until: z._default(until, "http").register(z.globalRegistry, {
        description:
          "How responses are judged: a preset, or JMESPath over { status, headers, body, retryCount, elapsedSeconds, step, request: { method, url, path } }.",
      }),
      maxRetries: z._default(integer(0, MAX_RETRIES), DEFAULT_RETRIES).register(z.globalRegistry, {
        description:
          "How many times the poll may be requeued as pending. After that its outcome is exhausted.",
      }),
      retryCount: z._default(integer(0, MAX_RETRIES), 0).register(z.globalRegistry, {
        description: "Set by the poller: how many times it has been requeued as pending.",
      }),
      maxErrors: z._default(integer(0, MAX_ERRORS), DEFAULT_ERRORS).register(z.globalRegistry, {
        description:
          "How many requests in a row may end in a transient error (network, timeout, 408, 5xx). After one more, the poll has failed.",
      }),
      errorCount: z._default(integer(0, MAX_ERRORS), 0).register(z.globalRegistry, {
        description:
          "Set by the poller: how many requests in a row have ended in a transient error.",
      }),
      delaySeconds: z
        ._default(number(0, MAX_WAIT_SECONDS), DEFAULT_WAIT_SECONDS)
        .register(z.globalRegistry, {
          description:
            "Seconds between two requests, counted from the response. A server's Retry-After can make the delay longer, never shorter.",
        }),
      backoff: z
        .prefault(backoff, {})
        .register(z.globalRegistry, { description: "How the delay between requests grows." }),
      expiresAt: z
        .optional(z.iso.datetime({ offset: true, ...must("an ISO 8601 time with its zone") }))
        .register(z.globalRegistry, {
          description:
            "When the poll ends as expired: an ISO 8601 time with its zone. One last request is sent just before it.",
        }),
      deliver: z.optional(deliver).register(z.globalRegistry, {
        description: `Where the outcome goes, instead of the stack's outcome queue: one destination, or a list of up to ${MAX_DESTINATIONS}. POLL_ALLOW_DELIVERIES says which.`,
      }),
      group: z.optional(group).register(z.globalRegistry, {
        description:
          "The group that the poll belongs to: when all of its polls have ended, one outcome that counts them is delivered. Needs the table.",
      }),
      context: z.optional(z.unknown()).register(z.globalRegistry, {
        description: "Returned unchanged in the outcome, including the digits of its numbers.",
      }),
      step: z.optional(z.literal("result", must('"result"'))).register(z.globalRegistry, {
        description: "Set by the poller: the poll has succeeded, and request fetches its result.",
      }),
      fetch: z.optional(target).register(z.globalRegistry, {
        description: "Set by the poller: what to ask for the result once the poll has succeeded.",
      }),
      abortAt: z.optional(target).register(z.globalRegistry, {
        description: "Set by the poller: what to ask to stop the job, as a server has named it.",
      }),
      origin: z.optional(origin).register(z.globalRegistry, {
        description:
          "Set by the poller once a server has named the URL of request: the origin of the sender's URL.",
      }),
      undelivered: z.optional(undelivered).register(z.globalRegistry, {
        description:
          "Set by the poller when a destination has refused the outcome: since when, how often, and the outcome itself where there is no table.",
      }),
      delivery: z.optional(delivery).register(z.globalRegistry, {
        description:
          "Set by the poller: this poll delivers an outcome to a webhook. How it ends is delivered nowhere.",
      }),
      dueAt: z.optional(epochMs()).register(z.globalRegistry, {
        description: "Set by the poller: when the poll is due, in epoch ms.",
      }),
      notBefore: z.optional(epochMs()).register(z.globalRegistry, {
        description: "Set by the poller: the poll is held until then, in epoch ms.",
      }),
      startedAt: z.optional(epochMs()).register(z.globalRegistry, {
        description: "Set by the poller: when the poll started, in epoch ms.",
      }),
      sequence: z._default(integer(0, Number.MAX_SAFE_INTEGER), 0).register(z.globalRegistry, {
        description: "Set by the poller: one more in every message that it sends.",
      }),
      copyId: z
        .optional(
          z.string(must("a string")).check(z.maxLength(128, must("at most 128 characters"))),
        )
        .register(z.globalRegistry, {
          description: "Set by the poller: a new id in every message that it sends.",
        }),
      unaskedClaimIds: z
        .optional(
          z
            .array(
              z.string(must("a string")).check(z.maxLength(128, must("at most 128 characters"))),
              must("a list of texts"),
            )
            .check(z.maxLength(MAX_UNASKED_CLAIMS, must(`at most ${MAX_UNASKED_CLAIMS} texts`))),
        )
        .register(z.globalRegistry, {
          description:
            "Set by the poller when it has held the message during a claim: the newest of these claims. None has asked.",
        }),
      history: z
        .optional(
          z
            .string(must("a string"))
            .check(
              z.maxLength(MAX_HISTORY_LENGTH, must(`at most ${MAX_HISTORY_LENGTH} characters`)),
            ),
        )
        .register(z.globalRegistry, {
          description:
            "Set by the poller: what became of the poll's last requests, for `request-poller status`.",
        }),
      proof: z
        .optional(
          z.string(must("a string")).check(z.maxLength(128, must("at most 128 characters"))),
        )
        .register(z.globalRegistry, {
          description: "Set by the poller: proves to the fence that the poller sent the message.",
        }),
    },
    must("a JSON object"),
  )
  .check(startOrRequest)
  .register(z.globalRegistry, { oneOf: [{ required: ["request"] }, { required: ["start"] }] });

/** A poll message as a sender writes it: only `request.url` or `start.url` is required. */
export type PollMessage = z.input<typeof pollMessageSchema>;

/** A poll message with its defaults filled in. */
export type CompletePollMessage = z.output<typeof pollMessageSchema>;
