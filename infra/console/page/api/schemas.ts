import * as z from "zod/mini";

// A page must not compile code: its content security policy refuses that.
z.config({ jitless: true });

const countsSchema = z.record(z.string(), z.number());

/** A time that is none counts as the earliest one: what is forged in one row must not hide all others. */
const timeSchema = z.pipe(
  z.string(),
  z.transform((time) => (Number.isNaN(Date.parse(time)) ? new Date(0).toISOString() : time)),
);

const stepSchema = z.object({
  at: timeSchema,
  kind: z.string(),
  status: z.optional(z.number()),
  error: z.optional(z.string()),
  latencyMs: z.optional(z.number()),
  waitSeconds: z.optional(z.number()),
  reason: z.optional(z.string()),
});

/** One entry of a poll's history. */
export type PollStep = z.infer<typeof stepSchema>;

export const pollSchema = z.object({
  pollId: z.string(),
  state: z.string(),
  step: z.string(),
  retryCount: z.number(),
  maxRetries: z.optional(z.number()),
  method: z.optional(z.string()),
  origin: z.optional(z.string()),
  startedAt: timeSchema,
  changedAt: timeSchema,
  dueAt: z.optional(timeSchema),
  waitsFor: z.optional(z.string()),
  delivers: z.optional(z.string()),
  lastAnswer: z.optional(stepSchema),
  history: z.array(stepSchema),
  undelivered: z.optional(z.object({ since: timeSchema, attempts: z.number() })),
  outcomeDueAt: z.optional(timeSchema),
  isNudged: z.optional(z.boolean()),
  wasAborted: z.optional(z.boolean()),
});

/** A poll, as the console's server describes it. */
export type Poll = z.infer<typeof pollSchema>;

export const stackSchema = z.object({
  name: z.string(),
  isLocal: z.boolean(),
  hasTable: z.boolean(),
  history: z.string(),
  region: z.optional(z.string()),
  presets: z.array(
    z.object({ name: z.string(), summary: z.optional(z.string()), until: z.optional(z.unknown()) }),
  ),
  refresh: z.optional(
    z.object({
      everySeconds: z.number(),
      rows: z.number(),
      costPerHour: z.nullish(z.string()),
    }),
  ),
});

/** What the page shows: a stack, and what its console can do. */
export type Stack = z.infer<typeof stackSchema>;

export const pollPageSchema = z.object({
  polls: z.array(pollSchema),
  cursor: z.optional(z.string()),
  total: z.number(),
  counts: countsSchema,
  dueWithinMinute: z.number(),
  hosts: z.array(z.string()),
  isPartial: z.optional(z.boolean()),
});

/** Some polls of the list, and the figures of the whole list. */
export type PollPage = z.infer<typeof pollPageSchema>;

export const pollDetailSchema = z.object({
  status: pollSchema,
  outcome: z.optional(z.string()),
  message: z.optional(
    z.object({
      body: z.optional(z.string()),
      visibleAt: z.optional(z.string()),
    }),
  ),
  messageUnavailable: z.optional(z.string()),
  deliveries: z._default(z.array(pollSchema), []),
});

/** One poll, with its message and its outcome where they can be known. */
export type PollDetail = z.infer<typeof pollDetailSchema>;

const depthSampleSchema = z.object({
  at: timeSchema,
  waiting: z.number(),
  inFlight: z.number(),
  delayed: z.number(),
  outcomes: z.number(),
  deadLetters: z.number(),
  isPaused: z.boolean(),
});

/** The depths of all queues at one time, and whether anything is received. */
export type DepthSample = z.infer<typeof depthSampleSchema>;

export const depthsSchema = z.object({ history: z.array(depthSampleSchema) });

const hostSchema = z.object({
  host: z.string(),
  polls: z.number(),
  succeeded: z.number(),
  failed: z.number(),
  latencies: z.array(z.number()),
  statuses: countsSchema,
  outcomeSeconds: z.array(z.number()),
});

/** What the polls of one host say about it. */
export type HostFigures = z.infer<typeof hostSchema>;

export const hostsSchema = z.array(hostSchema);

const problemSchema = z.object({ path: z.string(), message: z.string() });

/** What is wrong with a field of a message. */
export type MessageProblem = z.infer<typeof problemSchema>;

const deadLetterSchema = z.object({
  messageId: z.string(),
  body: z.optional(z.string()),
  problems: z.optional(z.array(problemSchema)),
  pollId: z.optional(z.string()),
  status: z.optional(z.string()),
  reason: z.optional(z.string()),
  sentAt: timeSchema,
  receiveCount: z.number(),
});

/** A message on the dead-letter queue. */
export type DeadLetter = z.infer<typeof deadLetterSchema>;

export const deadLettersSchema = z.object({
  letters: z.array(deadLetterSchema),
  isPartial: z.optional(z.boolean()),
});

/** A message as it stands in its queue, unmasked: shown or copied only when the reader asks for it. */
export const textSchema = z.object({ text: z.string() });

export const validationSchema = z.object({ errors: z.optional(z.array(problemSchema)) });

export const cancelledSchema = z.object({ state: z.string(), cancelled: z.boolean() });
export const nudgedSchema = z.discriminatedUnion("nudged", [
  z.object({ nudged: z.literal(true), withinSeconds: z.number() }),
  z.object({ nudged: z.literal(false), state: z.string() }),
]);
export const submittedSchema = z.object({ pollId: z.string() });
export const redrivenSchema = z.object({ moved: z.number() });

const requestSchema = z.object({
  method: z.string(),
  url: z.string(),
  body: z.optional(z.string()),
});

const partFields = {
  expression: z.string(),
  value: z.optional(z.unknown()),
  error: z.optional(z.string()),
  note: z.optional(z.string()),
};

/** A part of an expression, and what it gave. */
export interface ExpressionPart {
  readonly expression: string;
  readonly value?: unknown;
  readonly error?: string | undefined;
  readonly note?: string | undefined;
  readonly parts?: readonly ExpressionPart[] | undefined;
}

const partSchema: z.ZodMiniType<ExpressionPart> = z.lazy(() =>
  z.object({ ...partFields, parts: z.optional(z.array(partSchema)) }),
);

export const explanationSchema = z.object({
  step: z.optional(z.string()),
  request: z.optional(requestSchema),
  answer: z.optional(
    z.object({
      status: z.optional(z.number()),
      contentType: z.optional(z.string()),
      body: z.optional(z.string()),
      error: z.optional(z.string()),
      redirectedTo: z.optional(z.string()),
    }),
  ),
  verdict: z.string(),
  because: z.optional(z.string()),
  evaluated: z.optional(
    z.array(
      z.object({
        ...partFields,
        field: z.string(),
        isAsked: z.optional(z.boolean()),
        matches: z.optional(z.boolean()),
        parts: z.optional(z.array(partSchema)),
      }),
    ),
  ),
  odd: z.optional(z.array(z.string())),
  comesNext: z.optional(z.string()),
});

/** What one answer means for a poll, and why. */
export type Explanation = z.infer<typeof explanationSchema>;

export const apiErrorSchema = z.object({
  error: z.object({ name: z.string(), message: z.string() }),
});

export const goneSchema = z.object({ pollId: z.string() });
export const summarySchema = z.object({
  counts: countsSchema,
  dueWithinMinute: z.number(),
  total: z.number(),
  problem: z.optional(z.string()),
});

/** The figures of all polls, and why they could not be read again. */
export type Summary = z.infer<typeof summarySchema>;

export { depthSampleSchema };
