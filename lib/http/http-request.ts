import type { ResponseContent } from "./response-content.ts";

/** The methods a poll may use. */
export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;

/** One HTTP request to make, as a poll message says it. */
export interface HttpRequest {
  readonly url: string;
  readonly method: (typeof METHODS)[number];
  readonly headers: Readonly<Record<string, string>>;
  /** A string and bytes are sent as they are, anything else as JSON; absent: no body. */
  readonly body?: unknown;
}

/** What is known of a response before its body is read. */
export interface ResponseHead {
  readonly status: number;
  /** Names in lower case; several fields of one name joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a server answered. */
export interface HttpResponse extends ResponseHead, ResponseContent {}

/** What became of one HTTP request. */
export type HttpAnswer =
  | {
      readonly kind: "response";
      readonly response: HttpResponse;
      /** The URL that gave it, where redirects led there. */
      readonly redirectedTo?: string;
    }
  /** The server answered, but its body cannot be read: too large, or not in the coding that it names. */
  | {
      readonly kind: "unreadable";
      readonly response: ResponseHead;
      readonly error: ErrorDescription;
      /** Whether the next answer may be readable. */
      readonly mayChange: boolean;
      readonly redirectedTo?: string;
    }
  /**
   * No answer this time: the network, a timeout. Asking again may help. `response`: what had come before the
   * connection broke off.
   */
  | {
      readonly kind: "transient";
      readonly error: ErrorDescription;
      readonly response?: ResponseHead;
    }
  /** Never to be had: the guard refused the address. */
  | { readonly kind: "refused"; readonly error: ErrorDescription }
  /**
   * Broken off by the caller's signal, or not made for a reason on this side: nothing can be said of the server.
   * `delaySeconds`: how long to wait before it is worth another try.
   */
  | { readonly kind: "aborted"; readonly delaySeconds?: number };

/** An error as it stands in an outcome. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
}
