import { responseOf, type ServerAnswer } from "../poll/steps/answered.ts";
import type { Show } from "./shown-value.ts";

/** A request without its headers; the values of its query are hidden. */
export interface ShownRequest {
  readonly method: string;
  readonly url: string;
  /** Short JSON. Absent for the message's own request: its body is the sender's. */
  readonly body?: string;
}

/** An answer, in short. */
export interface ShownAnswer {
  readonly status?: number;
  readonly contentType?: string;
  /** JSON, with a line per value if it is not short; the beginning of a long one. */
  readonly body?: string;
  /** Why there is no answer, or no body. */
  readonly error?: string;
  /** The URL that answered, when redirects were followed. */
  readonly redirectedTo?: string;
}

/** @param withBody whether its body is shown, too */
export function shownRequest(
  request: { readonly url: string; readonly method?: string | undefined; readonly body?: unknown },
  show: Show,
  withBody: boolean = false,
): ShownRequest {
  const { url, method = "GET", body } = request;
  return {
    method,
    url: show.text(url),
    ...(withBody && body !== undefined && { body: show.value(body) }),
  };
}

export function shownAnswer(answer: ServerAnswer, show: Show): ShownAnswer {
  const response = responseOf(answer);
  const type = response?.headers["content-type"];
  const redirectedTo = "redirectedTo" in answer ? answer.redirectedTo : undefined;
  return {
    ...(response && { status: response.status }),
    ...(type !== undefined && { contentType: show.text(type) }),
    ...(response?.body !== undefined && { body: show.body(response.body) }),
    ...("error" in answer && { error: answer.error.message }),
    ...(redirectedTo !== undefined && { redirectedTo: show.text(redirectedTo) }),
  };
}
