import * as z from "zod/mini";
import { FORBIDDEN_HEADERS } from "../../http/forbidden-headers.ts";
import { METHODS } from "../../http/http-request.ts";
import { urlProblem } from "../../http/url-problem.ts";
import {
  DEFAULT_ERRORS,
  DEFAULT_RETRIES,
  DEFAULT_TIMEOUT_MS,
  DEFAULT_WAIT_SECONDS,
  MAX_DELAY_SECONDS,
  MAX_ERRORS,
  MAX_EXPRESSION_CHARACTERS,
  MAX_HEADER_BYTES,
  MAX_HEADERS,
  MAX_RETRIES,
  MAX_TIMEOUT_MS,
  MAX_WAIT_SECONDS,
} from "../../limits.ts";
import { SECRET_REFERENCE } from "../../secrets/secret-reference.ts";

/**
 * The text beside each rule is the error that the sender reads. It says what the field must be, and never shows its
 * value, which may be a secret.
 */
const must = (expected: string) => ({ error: `must be ${expected}` });

const integer = (minimum: number, maximum: number) => {
  const error = must(`an integer from ${minimum} to ${maximum}`);
  return z.int(error).check(z.gte(minimum, error), z.lte(maximum, error));
};

const number = (minimum: number, maximum: number) => {
  const error = must(`a number from ${minimum} to ${maximum}`);
  return z.number(error).check(z.gte(minimum, error), z.lte(maximum, error));
};

/** Epoch ms: any time that a Date can hold. */
const epochMs = () => integer(0, 8_640_000_000_000_000);

const jmespath = z
  .string(must("a JMESPath expression, as a string"))
  .check(
    z.minLength(1, must("a JMESPath expression, not an empty string")),
    z.maxLength(
      MAX_EXPRESSION_CHARACTERS,
      must(`a JMESPath expression of at most ${MAX_EXPRESSION_CHARACTERS} characters`),
    ),
  );

const headerName = z.string().check(
  z.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, must("named by an HTTP token (RFC 9110 section 5.6.2)")),
  z.refine(
    (name) => !FORBIDDEN_HEADERS.has(name.toLowerCase()),
    must("a header that a message may set: not host, content-length or a header of the connection"),
  ),
);

const headerValue = z
  .string(must("a string"))
  .check(
    z.regex(
      /^[\t\x20-\x7e\x80-\xff]*$/,
      must(
        "a header value: visible Latin-1 characters, spaces and tabs, no line breaks (RFC 9110 section 5.5)",
      ),
    ),
  );

const headers = z
  .record(headerName, headerValue, must("an object of header names and strings"))
  .check(
    z.refine(
      (fields) => Object.keys(fields).length <= MAX_HEADERS,
      must(`at most ${MAX_HEADERS} headers`),
    ),
    z.refine(
      (fields) => Object.entries(fields).flat().join("").length <= MAX_HEADER_BYTES,
      must(`at most ${MAX_HEADER_BYTES} bytes, names and values together`),
    ),
    z.describe(
      `At most ${MAX_HEADERS} headers and ${MAX_HEADER_BYTES} bytes, names and values together.`,
    ),
    z.meta({ maxProperties: MAX_HEADERS }),
  );

const url = z.string(must("an absolute http or https URL")).check(
  z.check<string>((context) => {
    const problem = urlProblem(context.value);
    if (problem !== undefined) {
      context.issues.push({ code: "custom", message: problem, input: context.value });
    }
  }),
  z.meta({ format: "uri", pattern: "^[Hh][Tt][Tt][Pp][Ss]?:" }),
);

const auth = z.strictObject(
  {
    secret: z
      .string(must("a string"))
      .check(
        z.regex(
          SECRET_REFERENCE,
          must("secretsmanager:NAME or ssm:/name, both with #key or without"),
        ),
        z.describe("The secret: secretsmanager:NAME or ssm:/name, with #key for a field of it."),
      ),
    as: z
      ._default(
        z.string(must("a string")).check(
          z.regex(
            /^(?:bearer|basic|header:[!#$%&'*+.^_`|~0-9A-Za-z-]+)$/,
            must("bearer, basic or header:NAME"),
          ),
          z.refine(
            (as) => !FORBIDDEN_HEADERS.has(as.slice("header:".length).toLowerCase()),
            must("a header that a message may set"),
          ),
        ),
        "bearer",
      )
      .check(z.describe("How the secret is sent: bearer, basic or header:NAME.")),
  },
  must("an object"),
);

const request = z.strictObject(
  {
    url: url.check(z.describe("Absolute http or https URL, without user name and password.")),
    method: z
      ._default(z.enum(METHODS, must(`one of ${METHODS.join(", ")}`)), "GET")
      .check(z.describe("The HTTP method.")),
    headers: z
      ._default(headers, {})
      .check(z.describe("Names and string values: at most 256 headers, and 16 KiB together.")),
    body: z
      .optional(z.unknown())
      .check(
        z.describe(
          "A string is sent unchanged, any other JSON as application/json. A request with a body gets its own connection.",
        ),
      ),
    auth: z
      .optional(auth)
      .check(z.describe("Names a secret. The secret's value is never in a message.")),
    timeoutMs: z
      ._default(integer(100, MAX_TIMEOUT_MS), DEFAULT_TIMEOUT_MS)
      .check(z.describe("The time limit of one whole request, reading the body included, in ms.")),
  },
  must("an object"),
);

const acceptors = z.strictObject(
  {
    success: jmespath.check(z.describe("When it matches, the poll has succeeded.")),
    failure: z
      .optional(jmespath)
      .check(z.describe("When it matches, the poll has failed. Evaluated before success.")),
    pending: z
      .optional(jmespath)
      .check(z.describe("When it matches, the poll is not done. Evaluated before failure.")),
    result: z
      .optional(jmespath)
      .check(z.describe("Picks the outcome's result, when success or failure has matched.")),
  },
  must('the preset "http" or an object of JMESPath expressions'),
);

const backoff = z.strictObject(
  {
    rate: z
      ._default(number(1, 10), 1)
      .check(
        z.describe(
          "The factor between one delay and the next. With 1, delays are fixed and have no jitter.",
        ),
      ),
    maxDelaySeconds: z
      .optional(number(1, MAX_WAIT_SECONDS))
      .check(
        z.describe(
          `The longest delay, in seconds. Default: the larger of ${MAX_DELAY_SECONDS} and delaySeconds.`,
        ),
      ),
    jitter: z
      ._default(z.enum(["full", "equal", "none"], must("one of full, equal, none")), "equal")
      .check(z.describe("How delays are randomised, so that polls do not stay together.")),
  },
  must("an object"),
);

/** The body of a message on the poll queue: type, parser and JSON Schema are all made from this definition. */
export const pollMessageSchema = z.strictObject(
  {
    pollId: z
      .optional(
        z
          .string(must("a string"))
          .check(z.regex(/^[A-Za-z0-9_.:-]{1,128}$/, must("1 to 128 of A-Z a-z 0-9 _ - . :"))),
      )
      .check(
        z.describe(
          "The poll's id, also in logs and outcomes: 1 to 128 of A-Z a-z 0-9 _ - . : Default: the messageId of its first message.",
        ),
      ),
    request: request.check(z.describe("The HTTP request that is sent each time the poll is due.")),
    until: z
      ._default(z.union([z.literal("http"), acceptors]), "http")
      .check(
        z.describe(
          "How responses are judged: a preset, or JMESPath over { status, headers, body, retryCount, elapsedSeconds }.",
        ),
      ),
    maxRetries: z
      ._default(integer(0, MAX_RETRIES), DEFAULT_RETRIES)
      .check(
        z.describe(
          "How many times the poll may be requeued as pending. After that its outcome is exhausted.",
        ),
      ),
    retryCount: z
      ._default(integer(0, MAX_RETRIES), 0)
      .check(z.describe("Set by the poller: how many times it has been requeued as pending.")),
    maxErrors: z
      ._default(integer(0, MAX_ERRORS), DEFAULT_ERRORS)
      .check(
        z.describe(
          "How many requests in a row may end in a transient error (network, timeout, 408, 5xx). After one more, the poll has failed.",
        ),
      ),
    errorCount: z
      ._default(integer(0, MAX_ERRORS), 0)
      .check(
        z.describe(
          "Set by the poller: how many requests in a row have ended in a transient error.",
        ),
      ),
    delaySeconds: z
      ._default(number(0, MAX_WAIT_SECONDS), DEFAULT_WAIT_SECONDS)
      .check(
        z.describe(
          "Seconds between two requests, counted from the response. A server's Retry-After can make the delay longer, never shorter.",
        ),
      ),
    backoff: z.prefault(backoff, {}).check(z.describe("How the delay between requests grows.")),
    expiresAt: z
      .optional(z.iso.datetime({ offset: true, ...must("an ISO 8601 time with its zone") }))
      .check(
        z.describe(
          "When the poll ends as expired: an ISO 8601 time with its zone. One last request is sent just before it.",
        ),
      ),
    context: z
      .optional(z.unknown())
      .check(z.describe("Returned unchanged in the outcome, including the digits of its numbers.")),
    dueAt: z
      .optional(epochMs())
      .check(z.describe("Set by the poller: when the poll is due, in epoch ms.")),
    notBefore: z
      .optional(epochMs())
      .check(z.describe("Set by the poller: the poll is held until then, in epoch ms.")),
    startedAt: z
      .optional(epochMs())
      .check(z.describe("Set by the poller: when the poll started, in epoch ms.")),
    sequence: z
      ._default(integer(0, Number.MAX_SAFE_INTEGER), 0)
      .check(z.describe("Set by the poller: one more in every message that it sends.")),
    copyId: z
      .optional(z.string(must("a string")).check(z.maxLength(128, must("at most 128 characters"))))
      .check(z.describe("Set by the poller: a new id in every message that it sends.")),
    proof: z
      .optional(z.string(must("a string")).check(z.maxLength(128, must("at most 128 characters"))))
      .check(
        z.describe("Set by the poller: proves to the fence that the poller sent the message."),
      ),
  },
  must("a JSON object"),
);

/** A poll message as a sender writes it: only `request.url` is required. */
export type PollMessage = z.input<typeof pollMessageSchema>;

/** A poll message with its defaults filled in. */
export type CompletePollMessage = z.output<typeof pollMessageSchema>;
