import type { HttpRequest } from "../http/http-request.ts";
import type { OutOfScope } from "../secrets/send-with-secret.ts";
import type { ParsedPollMessage } from "./message/parse.ts";

/** The request that a message asks for, and what becomes of it where its secret may not go. */
export interface RequestToSend {
  readonly request: ParsedPollMessage["request"] &
    Pick<HttpRequest, "isSentOnce" | "readsTextFiles">;
  readonly outOfScope: OutOfScope;
}

/** The request that is sent. The result of a job is often a text file, whatever its type. */
export function requestToSend(message: ParsedPollMessage): RequestToSend {
  const { request, outOfScope } = toldRequest(message);
  if (message.step !== "result") return { request, outOfScope };
  return { request: { ...request, readsTextFiles: true }, outOfScope };
}

function toldRequest(message: ParsedPollMessage): RequestToSend {
  const { request, origin, step, isIdempotent } = message;
  if (step === "start" && !isIdempotent) {
    return { request: { ...request, isSentOnce: true }, outOfScope: "refuse" };
  }
  return origin === undefined ? { request, outOfScope: "refuse" } : toldTo(origin, request);
}

/**
 * A URL that a server has named is not told everything: the message's headers and body go to the origin of the sender's
 * own URL and to `origins` only, and its secret to the origins that the secret names. A presigned URL gets no
 * credentials: it holds its own, and services refuse a request with both.
 *
 * @param origin of the sender's own URL
 */
export function toldTo(origin: string, request: ParsedPollMessage["request"]): RequestToSend {
  const url = new URL(request.url);
  const { body, auth, headers, ...rest } = request;
  const isTrusted = url.origin === origin || request.origins.includes(url.origin);
  const isPresigned = hasSignature(url.searchParams);
  return {
    request: {
      ...rest,
      headers: isTrusted ? (isPresigned ? withoutCredentials(headers) : headers) : {},
      ...(isTrusted && body !== undefined && { body }),
      ...(auth !== undefined && !isPresigned && { auth }),
    },
    outOfScope: "without",
  };
}

/** The parameters of URLs that hold their own credentials. */
const SIGNATURES: readonly (readonly string[])[] = [
  // Amazon S3: "Authenticating Requests: Using Query Parameters", signature versions 4 and 2; CloudFront signed URLs.
  ["x-amz-signature"],
  ["signature", "expires"],
  ["signature", "key-pair-id"],
  // Google Cloud Storage: "Signed URLs".
  ["x-goog-signature"],
  // Azure Storage: "Create a service SAS"; Logic Apps sign their callback URLs likewise.
  ["sig", "sv"],
];

function hasSignature(parameters: URLSearchParams): boolean {
  if (parameters.size === 0) return false;
  const names = new Set([...parameters.keys()].map((name) => name.toLowerCase()));
  return SIGNATURES.some((signature) => signature.every((name) => names.has(name)));
}

function withoutCredentials(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !/^(?:authorization|cookie)$/i.test(name)),
  );
}
