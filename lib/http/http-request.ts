import { toJson } from "../json/json.ts";
import type { ResponseContent } from "./response-content.ts";

/** The methods a poll may use. */
export const METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"] as const;

/** Whether a method only reads (RFC 9110 section 9.2.1, of those that a poll may use). */
export function isSafe(method: string): boolean {
  return method === "GET" || method === "HEAD";
}

/** One HTTP request, as a poll message describes it. */
export interface HttpRequest {
  readonly url: string;
  readonly method: (typeof METHODS)[number];
  readonly headers: Readonly<Record<string, string>>;
  /** Strings and bytes are sent unchanged, anything else as JSON. Absent: no body. */
  readonly body?: unknown;
  /** Never sent a second time on another connection, whatever its method. */
  readonly isSentOnce?: true;
  /** A body of which the type says only that it is bytes (`application/octet-stream`) is a text, if it is one. */
  readonly readsTextFiles?: true;
}

/** The body of a request as it is sent; `undefined`: none. */
export function sentBody({ body }: HttpRequest): string | Uint8Array | undefined {
  if (body === undefined || typeof body === "string" || body instanceof Uint8Array) return body;
  return toJson(body);
}

/** The type of a body as it is sent, unless a header says another one; `undefined`: none, as for bytes. */
export function sentType({ body }: HttpRequest): string | undefined {
  if (body === undefined || body instanceof Uint8Array) return undefined;
  return typeof body === "string" ? "text/plain;charset=UTF-8" : "application/json";
}

/** What is known of a response before its body is read. */
export interface ResponseHead {
  readonly status: number;
  /** Names in lower case; several fields of one name joined by ", ". */
  readonly headers: Readonly<Record<string, string>>;
}

/** A complete response. */
export interface HttpResponse extends ResponseHead, ResponseContent {}

/** The result of one HTTP request. */
export type HttpAnswer =
  | {
      readonly kind: "response";
      readonly response: HttpResponse;
      /** The URL of the response, when redirects were followed. */
      readonly redirectedTo?: string;
    }
  /**
   * The server answered, but its body cannot be read: it is too large, not valid in its coding, or cut off. The body of
   * a 2xx that is cut off is `transient` instead.
   */
  | {
      readonly kind: "unreadable";
      readonly response: ResponseHead;
      readonly error: ErrorDescription;
      /** Whether the next answer may be readable. */
      readonly mayChange: boolean;
      readonly redirectedTo?: string;
    }
  /**
   * No complete response, because of the network or a timeout. A retry may help. `response`: the head, when it arrived
   * before the failure.
   */
  | {
      readonly kind: "transient";
      readonly error: ErrorDescription;
      /** The error's code, for example ECONNREFUSED: unlike its message, it can hold nothing of the request. */
      readonly code?: string;
      readonly response?: ResponseHead;
      /** The request has not reached the server. */
      readonly neverSent?: true;
    }
  /** The guard refused the address: a retry cannot help. */
  | { readonly kind: "refused"; readonly error: ErrorDescription }
  /** A server redirected the request, but the next request was not sent, because its host had no free place. */
  | { readonly kind: "unfinished"; readonly error: ErrorDescription }
  /**
   * Aborted by the caller's signal, or not sent for a local reason: this says nothing about the server.
   * `delaySeconds`: how long to wait before the next try.
   */
  | { readonly kind: "aborted"; readonly delaySeconds?: number };

/** An error as an outcome shows it. */
export interface ErrorDescription {
  readonly name: string;
  readonly message: string;
}
