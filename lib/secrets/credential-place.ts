import type { HttpRequest } from "../http/http-request.ts";
import { withoutQueryParameter, withQueryParameter } from "./query-parameter.ts";
import { SIGNATURE_HEADERS, signatureHeaders } from "./webhook-signature.ts";

/** Where a credential goes in a request. */
export type CredentialPlace =
  | { readonly in: "header"; readonly name: string; readonly value: string }
  | { readonly in: "query"; readonly name: string; readonly value: string }
  /** Only signatures go into the request, never a key. */
  | { readonly in: "signature"; readonly keys: readonly Uint8Array[] };

/**
 * Puts a credential into a request. What the request has in its place is replaced.
 *
 * @param now epoch ms, for the time of a signature
 * @throws {MissingWebhookIdError} when a request to be signed has no webhook-id
 */
export function withCredential(
  request: HttpRequest,
  place: CredentialPlace,
  now: number,
): HttpRequest {
  switch (place.in) {
    case "header":
      return withHeaders(request, { [place.name]: place.value });
    case "query": {
      const url = withoutQueryParameter(request.url, place.name);
      return { ...request, url: withQueryParameter(url, place.name, place.value) };
    }
    case "signature":
      return withHeaders(request, signatureHeaders(request, place.keys, now));
  }
}

/** Removes a credential from a request. */
export function withoutCredential(request: HttpRequest, place: CredentialPlace): HttpRequest {
  switch (place.in) {
    case "header":
      return withoutHeaders(request, [place.name]);
    case "query":
      return { ...request, url: withoutQueryParameter(request.url, place.name, place.value) };
    case "signature":
      return withoutHeaders(request, SIGNATURE_HEADERS);
  }
}

/** @param headers names in lower case */
function withHeaders(request: HttpRequest, headers: HttpRequest["headers"]): HttpRequest {
  const { headers: others } = withoutHeaders(request, Object.keys(headers));
  return { ...request, headers: { ...others, ...headers } };
}

/** @param names in lower case */
export function withoutHeaders(request: HttpRequest, names: readonly string[]): HttpRequest {
  const others = Object.entries(request.headers).filter(
    ([name]) => !names.includes(name.toLowerCase()),
  );
  return { ...request, headers: Object.fromEntries(others) };
}
