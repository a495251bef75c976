import type { SQSClient } from "@aws-sdk/client-sqs";
import { SignatureV4 } from "@smithy/signature-v4";
import { type HttpRequest, sentBody } from "../../http/http-request.ts";
import type { SigningScope } from "./allowed-services.ts";

/** What a signature is made with, from the configuration of an SDK's client: the function's credentials and a hash. */
export type SigningPorts = Pick<SQSClient["config"], "credentials" | "sha256">;

/** The headers that signing sets. */
export const SIGNING_HEADERS: readonly string[] = [
  "authorization",
  "x-amz-content-sha256",
  "x-amz-date",
  "x-amz-security-token",
];

/**
 * Signs a request (AWS Signature Version 4). Its query is written anew, in the one spelling that both sides sign.
 *
 * @param now in epoch ms
 * @throws what `credentials` throws
 */
export async function signRequest(
  request: HttpRequest,
  { service, region }: SigningScope,
  { credentials, sha256 }: SigningPorts,
  now: number,
): Promise<HttpRequest> {
  const url = new URL(request.url);
  // S3 alone signs the path as it is sent.
  const uriEscapePath = service !== "s3";
  const signer = new SignatureV4({ service, region, credentials, sha256, uriEscapePath });
  const { headers } = await signer.sign(
    {
      method: request.method,
      protocol: url.protocol,
      hostname: url.hostname,
      path: url.pathname,
      query: queryOf(url),
      headers: { ...lowerCase(request.headers), host: url.host },
      body: sentBody(request),
    },
    { signingDate: new Date(now) },
  );
  const { host: _, ...signed } = headers;
  url.search = [...url.searchParams].map((pair) => pair.map(escaped).join("=")).join("&");
  return { ...request, url: url.href, headers: signed };
}

function queryOf({ searchParams }: URL): Record<string, string[]> {
  const names = [...new Set(searchParams.keys())];
  return Object.fromEntries(names.map((name) => [name, searchParams.getAll(name)]));
}

/** RFC 3986: only unreserved characters stay as they are. */
function escaped(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function lowerCase(headers: HttpRequest["headers"]): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}
