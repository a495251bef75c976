import * as z from "zod/mini";
import { FORBIDDEN_HEADERS } from "../../http/forbidden-headers.ts";
import { METHODS } from "../../http/http-request.ts";
import { urlProblem } from "../../http/url-problem.ts";
import {
  DEFAULT_TIMEOUT_MS,
  MAX_HEADER_BYTES,
  MAX_HEADERS,
  MAX_ORIGINS,
  MAX_TIMEOUT_MS,
} from "../../limits.ts";
import { auth } from "./auth-schema.ts";
import { integer, must } from "./field-rules.ts";

/** `https://`, a DNS name of 253 characters and a port. */
const MAX_ORIGIN_CHARACTERS = 272;

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

/** A request's headers. @param maxBytes of names and values together */
export const headersUpTo = (maxHeaders: number, maxBytes: number) =>
  z
    .record(headerName, headerValue, must("an object of header names and strings"))
    .check(
      z.refine(
        (fields) => Object.keys(fields).length <= maxHeaders,
        must(`at most ${maxHeaders} headers`),
      ),
      z.refine(
        (fields) => Object.entries(fields).flat().join("").length <= maxBytes,
        must(`at most ${maxBytes} bytes, names and values together`),
      ),
    )
    .register(z.globalRegistry, {
      description: `At most ${maxHeaders} headers and ${maxBytes} bytes, names and values together.`,
      maxProperties: maxHeaders,
    });

const headers = headersUpTo(MAX_HEADERS, MAX_HEADER_BYTES);

export const url = z
  .string(must("an absolute http or https URL"))
  .check(
    z.check<string>((context) => {
      const problem = urlProblem(context.value);
      if (problem !== undefined) {
        context.issues.push({ code: "custom", message: problem, input: context.value });
      }
    }),
  )
  .register(z.globalRegistry, { format: "uri", pattern: "^[Hh][Tt][Tt][Pp][Ss]?:" });

export const origin = z
  .string(must("an origin, like https://api.example.com"))
  .check(
    z.refine(
      (text) =>
        text.length <= MAX_ORIGIN_CHARACTERS &&
        /^https?:/.test(text) &&
        URL.parse(text)?.origin === text,
      must("an origin, like https://api.example.com"),
    ),
  )
  .register(z.globalRegistry, { format: "uri", pattern: "^https?://[^/?#]+$" });

const method = z.enum(METHODS, must(`one of ${METHODS.join(", ")}`));

export const traceparent = z.boolean(must("true or false")).register(z.globalRegistry, {
  description:
    "Whether the request says in the header traceparent to which trace it belongs (W3C Trace Context).",
});

const requestFields = (defaultMethod: (typeof METHODS)[number]) => ({
  // z.describe makes a copy: the url is also part of other schemas.
  url: url.check(z.describe("Absolute http or https URL, without user name and password.")),
  method: z
    ._default(method, defaultMethod)
    .register(z.globalRegistry, { description: "The HTTP method." }),
  headers: z._default(headers, {}).register(z.globalRegistry, {
    description: "Names and string values: at most 256 headers, and 16 KiB together.",
  }),
  body: z.optional(z.unknown()).register(z.globalRegistry, {
    description:
      "A string is sent unchanged, any other JSON as application/json. A request with a body gets its own connection.",
  }),
  auth: z.optional(auth).register(z.globalRegistry, {
    description: "Names a secret. The secret's value is never in a message.",
  }),
  timeoutMs: z
    ._default(integer(100, MAX_TIMEOUT_MS), DEFAULT_TIMEOUT_MS)
    .register(z.globalRegistry, {
      description: "The time limit of one whole request, reading the body included, in ms.",
    }),
  traceparent: z.optional(traceparent),
  origins: z
    ._default(
      z
        .array(origin, must(`a list of at most ${MAX_ORIGINS} origins`))
        .check(z.maxLength(MAX_ORIGINS, must(`a list of at most ${MAX_ORIGINS} origins`))),
      [],
    )
    .register(z.globalRegistry, {
      description:
        "Further origins that may be told this message's headers and body, when a server names a URL there. The origin of url always may.",
    }),
});

/** The request of each poll. */
export const request = z.strictObject(requestFields("GET"), must("an object"));

/** The request that starts the job. */
export const start = z.strictObject(
  {
    ...requestFields("POST"),
    idempotent: z._default(z.boolean(must("true or false")), false).register(z.globalRegistry, {
      description:
        "Whether the server does no harm when it gets the request twice. false: it is sent at most once.",
    }),
  },
  must("an object"),
);

/** The request that stops the job. */
export const abort = z.strictObject(
  {
    ...requestFields("POST"),
    url: z.optional(url).register(z.globalRegistry, {
      description: "As in request. It may be left out where until.abort names it.",
    }),
    idempotent: z._default(z.boolean(must("true or false")), false).register(z.globalRegistry, {
      description: "Whether it may be sent twice. Without the table it must be true.",
    }),
  },
  must("an object"),
);

/** What to ask next or at the end, as a server has named it. */
export const target = z.strictObject(
  { url, method: z.optional(method), body: z.optional(z.unknown()) },
  must("an object"),
);
