import { isPoison } from "../../../lib/batch/record-result.ts";
import { parsePollMessage } from "../../../lib/poll/message/parse.ts";

/** What is wrong with a field of a message. */
export interface MessageProblem {
  /** `until.success`; empty when it is the message as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Checks a message as the poller does. Returns an empty list when it can be polled. */
export function messageProblems(text: string): MessageProblem[] {
  try {
    parsePollMessage(text);
    return [];
  } catch (error) {
    if (!isPoison(error)) throw error;
    return error.problems.map(splitProblem);
  }
}

function splitProblem(problem: string): MessageProblem {
  const [, path = "", message = problem] = /^([^\s:]+): (.*)$/s.exec(problem) ?? [];
  return { path, message };
}
