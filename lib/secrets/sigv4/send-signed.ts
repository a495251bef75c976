import type { HttpAnswer, HttpRequest } from "../../http/http-request.ts";
import { sendRequest } from "../../http/send-request.ts";
import { withoutHeaders } from "../credential-place.ts";
import { createScrub, MASK, type Scrub, scrubAnswer } from "../scrub.ts";
import type { SendWithSecretOptions } from "../send-with-secret.ts";
import { isServiceAllowed, maySign, type SigningScope } from "./allowed-services.ts";
import { SIGNING_HEADERS, type SigningPorts, signRequest } from "./sign-request.ts";

export interface Signing extends SigningPorts {
  /** The services that messages may name, like `athena`. */
  readonly allowed: readonly string[];
  /** The clock, in epoch ms. */
  readonly now: () => number;
}

/**
 * Sends a request that is signed with the function's own role. It is signed only for the services and hosts that the
 * operator allows. A redirect takes no signature along. The credentials are masked everywhere in the answer. Never
 * throws.
 */
export async function sendSigned(
  request: HttpRequest,
  scope: SigningScope,
  { allowed, now, ...ports }: Signing,
  { outOfScope = "refuse", ...options }: SendWithSecretOptions,
): Promise<HttpAnswer> {
  const { service, region } = scope;
  if (!isServiceAllowed(scope, allowed)) {
    return refused(
      `the service ${service} is not in POLL_ALLOW_SIGV4; the stack's parameter AllowSigV4 lists all services that messages may name`,
    );
  }
  if (!maySign(request.url, scope, allowed)) {
    const { origin } = new URL(request.url);
    return outOfScope === "without"
      ? sendRequest(request, options)
      : refused(`a request signed for ${service} in ${region} may not be sent to ${origin}`);
  }
  try {
    const credentials = await ports.credentials();
    const signed = await signRequest(
      request,
      scope,
      { ...ports, credentials: async () => credentials },
      now(),
    );
    const { secretAccessKey, sessionToken = "" } = credentials;
    const mask = createScrub([secretAccessKey, sessionToken]);
    const signature = signed.headers.authorization?.split("Signature=")[1] ?? "";
    const scrub: Scrub = (text) => mask(text.replaceAll(signature, MASK));
    const answer = await sendRequest(signed, {
      ...options,
      isSecret: (text) => scrub(text) !== text,
      onRedirect: (next) => withoutHeaders(next, SIGNING_HEADERS),
    });
    return scrubAnswer(answer, scrub);
  } catch (failure) {
    if (options.signal.aborted) return { kind: "aborted" };
    const why = failure instanceof Error ? failure.name : "an error";
    const message = `no credentials of the function's role: ${why}`;
    const error = { name: "CredentialsUnavailableError", message };
    return { kind: "transient", error, neverSent: true };
  }
}

function refused(message: string): HttpAnswer {
  return { kind: "refused", error: { name: "ForbiddenSignatureError", message } };
}
