import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";
import { Webhook } from "standardwebhooks";

/** What the receiver reads and writes. */
export interface ReceiverPorts {
  /** The secret's text: `{ "value": "whsec_..." }`, with a space between two keys while one replaces the other. */
  readonly readSecret: () => Promise<string>;
  /** Stores an outcome under its id. Does nothing when the id is stored already. */
  readonly storeOnce: (id: string, json: string) => Promise<void>;
}

/**
 * Makes the handler of a Lambda function URL that receives outcomes.
 *
 * It verifies the signature over the body's bytes, before anything reads them, and the timestamp, which may differ by
 * five minutes. It answers 2xx only once the outcome is stored: after any other answer the poller delivers it again. An
 * outcome that is delivered again has the same `webhook-id`, and is stored once.
 */
export function webhookReceiver({ readSecret, storeOnce }: ReceiverPorts) {
  return async (event: LambdaFunctionURLEvent): Promise<LambdaFunctionURLResult> => {
    if (event.requestContext.http.method !== "POST") return { statusCode: 405 };
    const { body = "", isBase64Encoded, headers } = event;
    const bytes = Buffer.from(body, isBase64Encoded ? "base64" : "utf8");
    const id = headers["webhook-id"];
    if (id === undefined || !isSigned(bytes, headers, keysIn(await readSecret()))) {
      return { statusCode: 401 };
    }
    await storeOnce(id, bytes.toString());
    return { statusCode: 204 };
  };
}

function isSigned(
  bytes: Buffer,
  headers: LambdaFunctionURLEvent["headers"],
  keys: readonly string[],
): boolean {
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
  const signed = Object.fromEntries(names.map((name) => [name, headers[name] ?? ""]));
  return keys.some((key) => {
    try {
      new Webhook(key).verify(bytes, signed, { jsonParse: false });
      return true;
    } catch {
      return false;
    }
  });
}

/** @throws {TypeError} when the secret has no key; the poller then delivers again, for up to three days */
function keysIn(secret: string): readonly string[] {
  const keys = [valueIn(secret)].flat().flatMap((text) => String(text).split(" "));
  const usable = keys.filter((key) => key.startsWith("whsec_"));
  if (usable.length > 0) return usable;
  throw new TypeError('the secret must be JSON with a key as its value: { "value": "whsec_..." }');
}

/** The error of JSON.parse would quote the secret in the log. */
function valueIn(secret: string): unknown {
  try {
    const parsed: unknown = JSON.parse(secret);
    return typeof parsed === "object" && parsed !== null && "value" in parsed ? parsed.value : "";
  } catch {
    return "";
  }
}
