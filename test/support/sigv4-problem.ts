import { createHash, createHmac } from "node:crypto";
import type http from "node:http";

const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const hmac = (key: string | Buffer, text: string) =>
  createHmac("sha256", key).update(text).digest();
const encoded = (text: string) =>
  encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/**
 * Checks the signature of a request as AWS does: from what arrived, and nothing else (IAM User Guide, "Create a signed
 * AWS API request").
 *
 * @returns what is wrong, or `undefined` when the signature is right
 */
export function sigV4Problem(
  { method, url = "", headers }: http.IncomingMessage,
  body: string,
  secretKey: string,
): string | undefined {
  const [, date = "", region = "", service = "", names = "", signature] =
    /^AWS4-HMAC-SHA256 Credential=[^/]+\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=(\w+)$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  if (signature === undefined) return "no signature";
  const signed = names.split(";");
  const mustBeSigned = [
    "host",
    ...Object.keys(headers).filter((name) => name.startsWith("x-amz-")),
  ];
  const missing = mustBeSigned.filter((name) => !signed.includes(name));
  if (missing.length > 0) return `not signed: ${missing.join()}`;
  if (headers["x-amz-content-sha256"] !== sha256(body)) return "another body";
  const [path = "", query = ""] = url.split("?");
  const canonical = [
    method,
    path.split("/").map(encoded).join("/"),
    query.split("&").sort().join("&"),
    ...signed.map((name) => `${name}:${String(headers[name]).trim().replace(/\s+/g, " ")}`),
    "",
    names,
    sha256(body),
  ].join("\n");
  const scope = `${date}/${region}/${service}/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, sha256(canonical)].join("\n");
  const key = [date, region, service, "aws4_request"].reduce<string | Buffer>(
    hmac,
    `AWS4${secretKey}`,
  );
  return hmac(key, text).toString("hex") === signature ? undefined : "a wrong signature";
}
