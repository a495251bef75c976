import { urlProblem } from "../../http/url-problem.ts";
import type { JsonObject } from "../../json/json.ts";
import { fieldOf, ofSensibleLength } from "../secret-document.ts";
import { SecretFormatError } from "../secret-format-error.ts";

/** An OAuth 2.0 client that gets its tokens by the client-credentials grant (RFC 6749 section 4.4). */
export interface OAuth2Client {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string | undefined;
  readonly audience: string | undefined;
  /** Whether the client's id and secret go into the body or into an Authorization header (RFC 6749 section 2.3.1). */
  readonly style: "body" | "basic";
}

/**
 * Reads the client that a secret holds,
 *
 *     { "tokenUrl": "https://auth.example.com/token", "clientId": "...", "clientSecret": "...",
 *       "scope": "jobs.read", "audience": "https://api.example.com", "style": "body" }
 *
 * `scope` (a text or a list), `audience` and `style` are optional.
 *
 * @throws {SecretFormatError} naming the field that is missing or invalid
 */
export function clientOf(secret: JsonObject): OAuth2Client {
  const tokenUrl = fieldOf(secret, "tokenUrl");
  const problem = urlProblem(tokenUrl);
  if (problem !== undefined) throw new SecretFormatError(`the secret's tokenUrl ${problem}`);
  const { style = "body" } = secret;
  if (style !== "body" && style !== "basic") {
    throw new SecretFormatError('the secret\'s style must be "body" or "basic"');
  }
  return {
    tokenUrl,
    clientId: fieldOf(secret, "clientId"),
    clientSecret: ofSensibleLength(fieldOf(secret, "clientSecret"), "the secret's clientSecret"),
    scope: optionalText(secret, "scope"),
    audience: optionalText(secret, "audience"),
    style,
  };
}

/** The texts of a client that must not appear anywhere. */
export function hiddenOf(client: OAuth2Client): readonly string[] {
  return [client.clientSecret, basicCredentials(client)];
}

/** The client's id and secret as basic authentication: each is form-encoded first (RFC 6749 section 2.3.1). */
export function basicCredentials({ clientId, clientSecret }: OAuth2Client): string {
  return Buffer.from(`${formEncoded(clientId)}:${formEncoded(clientSecret)}`).toString("base64");
}

/** RFC 6749 appendix B. */
function formEncoded(text: string): string {
  return new URLSearchParams([["", text]]).toString().slice(1);
}

function optionalText(secret: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(secret, name) ? secret[name] : undefined;
  const texts: unknown[] = Array.isArray(value) ? value : [value ?? ""];
  if (!texts.every((text) => typeof text === "string")) {
    throw new SecretFormatError(`the secret's ${name} must be a string or a list of strings`);
  }
  return texts.join(" ") || undefined;
}
