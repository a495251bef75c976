import { createHmac } from "node:crypto";
import { type HttpRequest, sentBody } from "../http/http-request.ts";
import { RefusalError } from "../http/refusal.ts";
import { SecretFormatError } from "./secret-format-error.ts";

/** A request is to be signed, but its message gives it no id. */
class MissingWebhookIdError extends RefusalError {
  override readonly name = "MissingWebhookIdError";
}

/** The headers that signing sets. `webhook-id` comes from the message: it is the same at every attempt. */
export const SIGNATURE_HEADERS: readonly string[] = ["webhook-timestamp", "webhook-signature"];

/** While a key is rotated, the old one and the new one sign. */
const MAX_KEYS = 2;

/** The size of a key in bytes (Standard Webhooks, "Signature scheme"). */
const [MIN_KEY_BYTES, MAX_KEY_BYTES] = [24, 64];

/**
 * Reads signing keys (Standard Webhooks, "Signature scheme"): `whsec_` and 24 to 64 bytes in base64. Two keys, with a
 * space between them, sign both while one replaces the other.
 *
 * @returns the keys, and the texts that must not appear anywhere
 * @throws {SecretFormatError} when the value is anything else
 */
export function webhookKeys(value: string): {
  readonly keys: readonly Uint8Array[];
  readonly hidden: readonly string[];
} {
  const texts = value.trim().split(/[\s,]+/);
  const hidden = texts.map((text) => text.replace(/^whsec_|=+$/g, ""));
  const keys = hidden.map((text) => Buffer.from(text, "base64"));
  const areKeys =
    texts.every((text) => /^whsec_[A-Za-z0-9+/_-]+=*$/.test(text)) &&
    keys.every(({ byteLength }) => byteLength >= MIN_KEY_BYTES && byteLength <= MAX_KEY_BYTES);
  if (areKeys && keys.length <= MAX_KEYS) return { keys, hidden };
  throw new SecretFormatError(
    `the secret's value must be whsec_ and ${MIN_KEY_BYTES} to ${MAX_KEY_BYTES} bytes in base64, or two of these with a space between them`,
  );
}

/**
 * The time and the signatures of one attempt to send a request (Standard Webhooks, "Webhook headers"): HMAC-SHA256 over
 * the request's `webhook-id`, the time and the body.
 *
 * @param now in epoch ms
 * @throws {MissingWebhookIdError} when the request has no header `webhook-id`
 */
export function signatureHeaders(
  request: HttpRequest,
  keys: readonly Uint8Array[],
  now: number,
): Record<string, string> {
  const [, id = ""] =
    Object.entries(request.headers).find(([name]) => name.toLowerCase() === "webhook-id") ?? [];
  if (id === "") {
    throw new MissingWebhookIdError(
      "a request that is signed as webhook must have a header webhook-id, the same at every attempt",
    );
  }
  const timestamp = String(Math.floor(now / 1000));
  const signatures = keys.map((key) => {
    const hmac = createHmac("sha256", key).update(`${id}.${timestamp}.`);
    return `v1,${hmac.update(sentBody(request) ?? "").digest("base64")}`;
  });
  return { "webhook-timestamp": timestamp, "webhook-signature": signatures.join(" ") };
}
