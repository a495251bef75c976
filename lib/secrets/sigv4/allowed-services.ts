import { canonicalHost } from "../../http/host-name.ts";
import { type HostPattern, parseHostPattern } from "../../http/host-pattern.ts";

/** An AWS service that a request is signed for, with the function's own role. */
export interface SigningScope {
  /** The name that the service is signed with, like `athena`. */
  readonly service: string;
  readonly region: string;
}

/** A service that messages may have requests signed for. */
interface AllowedService {
  readonly service: string;
  /** `undefined`: the service's regional endpoint. */
  readonly host: HostPattern | undefined;
}

/**
 * Services whose rights the function needs for itself. A message must never use them: it could read secrets and other
 * senders' polls, or change them.
 */
const OWN_SERVICES: ReadonlySet<string> = new Set([
  "dynamodb",
  "iam",
  "kms",
  "lambda",
  "secretsmanager",
  "sqs",
  "ssm",
  "sts",
]);

/** Domains of AWS's regional endpoints. */
const AWS_DOMAINS = ["amazonaws.com", "amazonaws.com.cn", "api.aws"];

/** Parses `athena`, or `execute-api@abc.example.com` with a host pattern; `undefined` for anything else. */
export function parseAllowedService(text: string): AllowedService | undefined {
  const [, service = "", hosts] = /^([a-z0-9-]{1,64})(?:@(.+))?$/.exec(text) ?? [];
  const host = hosts === undefined ? undefined : parseHostPattern(hosts);
  const isUsable = service !== "" && !OWN_SERVICES.has(service);
  return isUsable && (hosts === undefined || host !== undefined) ? { service, host } : undefined;
}

/** Whether the list allows requests for this service. */
export function isServiceAllowed({ service }: SigningScope, allowed: readonly string[]): boolean {
  return allowed.some((item) => parseAllowedService(item)?.service === service);
}

/**
 * Whether a request to this URL may be signed. A service may not check the host that a signature covers, so another
 * host could send the request on to it. Only the service's regional endpoint, over https, gets it, like
 * `https://athena.eu-west-1.amazonaws.com`, or the hosts that the operator names.
 */
export function maySign(url: string, scope: SigningScope, allowed: readonly string[]): boolean {
  const host = canonicalHost(new URL(url).hostname);
  return allowed
    .map(parseAllowedService)
    .some(
      (item) => item?.service === scope.service && (item.host?.(host) ?? isEndpoint(url, scope)),
    );
}

function isEndpoint(url: string, { service, region }: SigningScope): boolean {
  return AWS_DOMAINS.some(
    (domain) => URL.parse(url)?.origin === `https://${service}.${region}.${domain}`,
  );
}
