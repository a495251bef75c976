import { type ErrorDescription, isSafe } from "../http/http-request.ts";
import type { Preset } from "../presets/preset.ts";
import type { Step } from "../verdict/facts.ts";
import { judge } from "../verdict/judge.ts";
import { judgeResult } from "../verdict/judge-result.ts";
import { BUILT_IN_PRESETS, presetListWith } from "../verdict/preset-list.ts";
import { compileUntil, UnknownPresetError, type WrittenUntil } from "../verdict/until.ts";
import type { FailureDescription, Verdict } from "../verdict/verdict.ts";
import { isForbidden, type NamedRequest, namedRequest } from "./steps/named-request.ts";

/** Options of {@link createJudge}. */
export interface CreateJudgeOptions {
  /** Further presets, by name. One with the name of a preset of this package replaces it. */
  readonly presets?: Readonly<Record<string, Preset>>;
}

/** An API's answer to a request. */
export interface AnswerToJudge {
  readonly status: number;
  readonly headers: Headers | Readonly<Record<string, string>>;
  /** JSON as a value, other content as a text. */
  readonly body: unknown;
  /** The URL that was asked, after redirects. */
  readonly url: string;
  /** `@default` GET */
  readonly method?: string;
  /** What the request was for. `@default` poll */
  readonly step?: Step;
  /** `@default` 0 */
  readonly retryCount?: number;
  /** `@default` 0 */
  readonly elapsedSeconds?: number;
}

/** What an answer means for its job. */
export type Judgement = {
  /** `transient`: the server could not answer, and may be asked again. */
  readonly kind: "pending" | "success" | "failure" | "transient";
  readonly result?: unknown;
  /** Why the job has failed; `reason`: what the API says of it. */
  readonly error?: FailureDescription;
  /** Where to poll from now on. `undefined`: where it was. */
  readonly next?: NamedRequest;
  /** What to ask for the result once the job has succeeded. What was named last counts. */
  readonly fetch?: NamedRequest;
};

/**
 * Makes a judge of answers, as the poller judges them: for record handlers of your own.
 *
 * @param until a preset's name, or expressions with a preset or without, as in a poll message
 * @throws {TypeError} when there is no such preset, or one of `presets` is not valid
 * @throws {PoisonRecordError} when an expression is not valid JMESPath or contains a mistake
 */
export function createJudge(
  until: WrittenUntil,
  { presets }: CreateJudgeOptions = {},
): (answer: AnswerToJudge) => Judgement {
  const compiled = compiledUntil(until, presets);
  return ({ headers, url, method = "GET", step = "poll", ...answer }) => {
    const { status, body, retryCount = 0, elapsedSeconds = 0 } = answer;
    const response = { status, headers: Object.fromEntries(new Headers(headers)), body };
    const request = { method, url, path: new URL(url).pathname };
    const facts = { retryCount, elapsedSeconds, step, request };
    const canPollOn = step !== "start" || isSafe(method);
    const verdict =
      step === "result"
        ? judgeResult(compiled, response, facts)
        : judge(compiled, response, facts, undefined, { canPollOn, hasFetch: false });
    return judgementOf(verdict, url);
  };
}

function compiledUntil(until: WrittenUntil, presets: CreateJudgeOptions["presets"]) {
  try {
    return compileUntil(until, presets ? presetListWith(presets) : BUILT_IN_PRESETS);
  } catch (error) {
    if (error instanceof UnknownPresetError) throw new TypeError(error.message, { cause: error });
    throw error;
  }
}

function judgementOf(verdict: Verdict, base: string): Judgement {
  const next = namedRequest("next", verdict.named?.next, base);
  const fetch = namedRequest("fetch", verdict.named?.fetch, base);
  if (isForbidden(next) && verdict.kind === "pending") return failed(next.forbidden);
  if (isForbidden(fetch) && verdict.kind === "success") return failed(fetch.forbidden);
  return {
    ...said(verdict),
    ...(next && !isForbidden(next) && { next }),
    ...(fetch && !isForbidden(fetch) && { fetch }),
  };
}

function failed(error: ErrorDescription): Judgement {
  return { kind: "failure", error };
}

function said(verdict: Verdict): Judgement {
  switch (verdict.kind) {
    case "pending":
      return { kind: "pending" };
    case "unjudged":
      return { kind: "transient", error: verdict.error };
    default: {
      const { named: _, ...judgement } = verdict;
      return judgement;
    }
  }
}
