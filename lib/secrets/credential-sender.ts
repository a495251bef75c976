import type { HttpAnswer, HttpRequest } from "../http/http-request.ts";
import { type SendRequestOptions, sendRequest } from "../http/send-request.ts";
import { createTokenSource } from "./oauth2/token-source.ts";
import type { SecretReader } from "./secret-reader.ts";
import { type SendWithSecretOptions, sendWithSecret } from "./send-with-secret.ts";
import { sendSigned } from "./sigv4/send-signed.ts";
import type { SigningPorts } from "./sigv4/sign-request.ts";

/** The credentials of a request, as a poll message names them: a secret, or the function's own role. */
export interface RequestAuth {
  /** `secretsmanager:NAME` or `ssm:/name`, with `#key` for a field of the secret. Absent with `sigv4`. */
  readonly secret?: string | undefined;
  /** `sigv4`, or a form of a secret: see `CredentialForm`. */
  readonly as: string;
  /** The AWS service and region of `sigv4`. */
  readonly service?: string | undefined;
  readonly region?: string | undefined;
}

/** Sends a request with its credentials. Never rejects. */
export type CredentialSender = (
  request: HttpRequest,
  auth: RequestAuth,
  options: SendWithSecretOptions,
) => Promise<HttpAnswer>;

export interface CredentialSenderPorts {
  readonly reader: SecretReader;
  readonly signing: SigningPorts;
  /** How tokens are asked for: like every request. */
  readonly connections: Pick<SendRequestOptions, "agents" | "hosts">;
  /** The secrets that messages may name, like `secretsmanager:polls/*`. */
  readonly allowSecrets: readonly string[];
  /** The AWS services that messages may name, like `athena`. */
  readonly allowSigV4: readonly string[];
  /** The clock, in epoch ms. */
  readonly now: () => number;
}

/** Makes the sender of requests with credentials. The tokens that it fetches are kept with it. */
export function createCredentialSender({
  reader,
  signing,
  connections,
  allowSecrets,
  allowSigV4,
  now,
}: CredentialSenderPorts): CredentialSender {
  const tokens = createTokenSource({
    send: (request, bounds) => sendRequest(request, { ...connections, ...bounds }),
    now,
  });
  const secrets = { reader, tokens, allowed: allowSecrets, now };
  const signatures = { ...signing, allowed: allowSigV4, now };
  return (request, { secret, as, service = "", region = "" }, options) =>
    secret === undefined
      ? sendSigned(request, { service, region }, signatures, options)
      : sendWithSecret(request, { secret, as }, secrets, options);
}
