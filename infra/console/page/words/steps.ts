import type { PollStep } from "../api/schemas.ts";
import { durationWords, latencyWords } from "./durations.ts";

const KINDS: Readonly<Record<string, string>> = {
  start: "start of the job",
  poll: "poll",
  result: "fetch of the result",
  held: "held",
  delivery: "delivery of the outcome",
  abort: "abort of the job",
};

/** What a step of the history was for. */
export function kindWords(kind: string): string {
  return KINDS[kind] ?? kind;
}

/** What came back: `200`, `no answer: TimeoutError`; empty for a step without a request. */
export function answerWords({ kind, status, error }: PollStep): string {
  if (status !== undefined) return error === undefined ? `${status}` : `${status}: ${error}`;
  if (error !== undefined) return kind === "held" ? error : `no answer: ${error}`;
  return "";
}

/** How an answer looks: from its status alone, for what it means stands in the verdict. */
export function answerLook({
  kind,
  status,
  error,
}: PollStep): "good" | "bad" | "late" | "held" | "off" {
  if (kind === "held") return "held";
  if (status === undefined) return error === undefined ? "off" : "bad";
  if (status === 429 || status === 503) return "late";
  if (status >= 400) return "bad";
  return error === undefined ? "good" : "bad";
}

/** How long the request took; empty for a step without one. */
export function tookWords({ kind, latencyMs }: PollStep): string {
  return latencyMs === undefined || kind === "held" ? "" : latencyWords(latencyMs);
}

/** One sentence per step, for a reader who cannot see the picture. */
export function stepSentence(step: PollStep): string {
  const answer = answerWords(step);
  const took = tookWords(step) === "" ? "" : ` in ${tookWords(step)}`;
  const wait =
    step.waitSeconds === undefined ? "" : `, then a wait of ${durationWords(step.waitSeconds)}`;
  const why = step.reason === undefined ? "" : ` (${step.reason})`;
  return `${kindWords(step.kind)}${answer === "" ? "" : `: ${answer}`}${took}${wait}${why}`;
}
