import fc from "fast-check";
import { expect, it } from "vitest";
import { pollRecord } from "../../../functions/poller/poll-record.ts";
import type { RecordResult } from "../../../lib/batch/record-result.ts";
import type { Explanation } from "../../../lib/explain/explanation.ts";
import { createHostPauses } from "../../../lib/http/host-pauses.ts";
import type { HttpAnswer } from "../../../lib/http/http-request.ts";
import { createEvaluationBudget } from "../../../lib/jmespath/evaluation-budget.ts";
import { BUILT_IN_PRESETS } from "../../../lib/verdict/preset-list.ts";
import { lambdaContext } from "../../kit/lambda-context.ts";
import { sqsRecord } from "../../kit/records.ts";
import { NOW, tried, URL } from "./tried.ts";

const expression = fc.constantFrom(
  ..."body|body.s|body.s == 'ok'|body.n > `3`|length(body.items)|body.items[?s].s|@|headers.location".split(
    "|",
  ),
  ..."body.url|status == `200`|step == 'start'|join('/', body.items)|'yes'|{url: body.url}".split(
    "|",
  ),
);
const NAMES = ["pending", "failure", "next", "fetch", "result", "error"] as const;
const until = fc.oneof(
  fc.constantFrom(...BUILT_IN_PRESETS.names),
  fc.record(
    { success: expression, ...Object.fromEntries(NAMES.map((name) => [name, expression])) },
    { requiredKeys: ["success"] },
  ),
);
const message = fc
  .record(
    {
      until,
      retryCount: fc.constantFrom(0, 10),
      errorCount: fc.constantFrom(0, 5),
      delaySeconds: fc.constantFrom(0, 20, 1000),
      backoff: fc.constantFrom({ rate: 2 }, { rate: 3, jitter: "full" as const }),
      expiresAt: fc
        .constantFrom(1500, 20_000, 9_000_000)
        .map((ms) => new Date(NOW + ms).toISOString()),
      step: fc.constant("result"),
    },
    { requiredKeys: ["until"] },
  )
  .map((fields) => ({ ...fields, pollId: "try", maxRetries: 10, startedAt: NOW }));
const request = fc.constantFrom<object>({ url: URL }, { url: URL, method: "POST", body: { a: 1 } });
const start = fc.constantFrom<object>(
  { url: URL },
  { url: URL, idempotent: true },
  { url: URL, method: "GET" },
);
const anyMessage = fc.oneof(
  fc.tuple(message, request).map(([fields, of]) => ({ ...fields, request: of })),
  fc.tuple(message, start).map(([{ step: _, ...fields }, of]) => ({ ...fields, start: of })),
);

const scalar = fc.constantFrom(
  "ok",
  "",
  0,
  5,
  null,
  true,
  URL,
  "http://a.test/",
  "//x?k=v",
  "ftp://x",
);
const members = fc.dictionary(
  fc.constantFrom("s", "n", "items", "url"),
  fc.oneof(scalar, fc.array(scalar)),
);
const head = {
  status: fc.constantFrom(200, 202, 204, 304, 400, 401, 404, 410, 425, 429, 500, 503),
  headers: fc.dictionary(
    fc.constantFrom("location", "retry-after"),
    fc.constantFrom("/x", "5", "900"),
  ),
};
const error = { name: "ServerError", message: "it is gone" };
const answer: fc.Arbitrary<HttpAnswer> = fc.oneof(
  fc
    .record({ ...head, body: fc.oneof(members, scalar) })
    .map((response) => ({ kind: "response" as const, response })),
  fc
    .tuple(fc.record(head), fc.boolean())
    .map(([response, mayChange]) => ({ kind: "unreadable" as const, response, mayChange, error })),
  fc.constantFrom<HttpAnswer>(
    { kind: "transient", error },
    { kind: "transient", error, neverSent: true },
    { kind: "refused", error },
    { kind: "unfinished", error },
  ),
);

/** What the poller decides on the answer. */
function decided(body: object, given: HttpAnswer, random: number): Promise<RecordResult> {
  const handle = pollRecord({
    send: async () => given,
    pauses: createHostPauses(),
    newBudget: createEvaluationBudget,
    logger: () => undefined,
    random: () => random,
    now: () => NOW,
    fence: undefined,
    caps: undefined,
  });
  const control = {
    signal: new AbortController().signal,
    context: lambdaContext(),
    deadline: { budgetMs: 1e6, remainingMs: () => 1e6 },
  };
  return Promise.resolve(
    handle(sqsRecord({ messageId: "try", body: JSON.stringify(body) }), control),
  );
}

/** How a poll ends or goes on, in the words of both. */
function endOf(result: RecordResult) {
  if (result.kind !== "completed") return { delaySeconds: result.delaySeconds };
  const { status, error: why, result: picked } = JSON.parse(result.json ?? "{}");
  return { status, error: why?.name, hasResult: picked !== undefined };
}

function explainedEnd({ outcome, delaySeconds, maxDelaySeconds }: Explanation, isLatest: boolean) {
  if (outcome === undefined)
    return { delaySeconds: isLatest ? (maxDelaySeconds ?? delaySeconds) : delaySeconds };
  const { status, error: why, result } = outcome;
  return { status, error: why?.name, hasResult: result !== undefined };
}

it("explains what the poller decides, on any message and answer", { timeout: 60_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyMessage, answer, fc.boolean(), async (body, given, isLatest) => {
      const isIdempotent = "start" in body ? { start: { ...body.start, idempotent: true } } : {};
      const said = { ...body, ...isIdempotent };
      const explanation = await tried(said, given).then(
        (of) => of.explanation,
        (problem: Error) => problem.name,
      );
      if (typeof explanation === "string") {
        // The expression is wrong for every answer.
        expect(explanation).toBe("WrongExpressionError");
        return;
      }
      const result = await decided(said, given, isLatest ? 1 - 2 ** -53 : 0);
      expect(explainedEnd(explanation, isLatest)).toEqual(endOf(result));
      const [deciding] = explanation.matched;
      if (deciding !== undefined && !("start" in said)) {
        expect(deciding.field).toBe(`until.${explanation.verdict}`);
      }
    }),
    { numRuns: 1000 },
  );
});
