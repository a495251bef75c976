import { describe, expect, it } from "vitest";
import { credentialOf } from "../../../lib/secrets/credential.ts";
import { SecretFormatError } from "../../../lib/secrets/secret-format-error.ts";
import { isSecretAllowed, parseSecretReference } from "../../../lib/secrets/secret-reference.ts";
import { poisonReason } from "../../support/poll-message.ts";

const origins = ["https://a.example"];
const BEARER = { key: undefined, as: "bearer" };
const CLIENT = {
  origins,
  tokenUrl: "https://auth.example/token",
  clientId: "client",
  clientSecret: "somebody:password",
};
const of = (secret: unknown, form: object = {}) =>
  credentialOf(JSON.stringify(secret), { ...BEARER, ...form });

describe("credentialOf", () => {
  it("accepts origins as a list or as a text, as the AWS console stores them", () => {
    for (const written of [
      ["https://a.example", "http://b.example:8080"],
      "https://a.example http://b.example:8080",
      "https://A.example/, http://b.example:8080/",
    ]) {
      expect(of({ origins: written, value: "password" }).origins).toEqual([
        "https://a.example",
        "http://b.example:8080",
      ]);
    }
  });

  it.each([
    ["no JSON", "password"],
    ["a list", ["password"]],
    ["no origins", { value: "password" }],
    ["empty origins", { origins: [], value: "password" }],
    ["an origin without a scheme", { origins: ["a.example"], value: "password" }],
    ["an origin with a path", { origins: ["https://a.example/x"], value: "password" }],
    ["a wildcard origin", { origins: ["*"], value: "password" }],
    ["a wildcard", { origins: ["https://*.a.example/*"], value: "password" }],
    ["no value", { origins }],
    ["a value that is not a text", { origins, value: 12_345_678 }],
    ["a key that every object inherits", { origins }, { key: "constructor" }],
    ["a short value", { origins, value: "passwor" }],
    ["a long value", { origins, value: "password".repeat(513) }],
    ["a short pair", { origins, username: "a", password: "passw" }, { as: "basic" }],
    ["a pair with two empty parts", { origins, value: ":" }, { as: "basic" }],
    ["a line break", { origins, value: "password\nx: y" }],
    ["a line break after a pair", { origins, value: "password:\n" }, { as: "basic" }],
    ["a tab in a pair", { origins, username: "pass\tword", password: "" }, { as: "basic" }],
    ["a pair without a colon", { origins, value: "password" }, { as: "basic" }],
    ["a user without a password", { origins, username: "password" }, { as: "basic" }],
    ["a client's secret for the API", CLIENT, { key: "clientSecret" }],
    ["a client's secret in a query", CLIENT, { key: "clientSecret", as: "query:key" }],
    ["a client's secret as a pair", CLIENT, { key: "clientSecret", as: "basic" }],
  ])("%s is refused, and the error does not quote it", (_, secret, form: object = {}) => {
    let message = "";
    try {
      of(secret, form);
    } catch (error) {
      if (error instanceof SecretFormatError) message = error.message;
    }
    expect(message).not.toBe("");
    expect(message).not.toContain("passwor:");
    expect(message).not.toContain("12345678");
  });
});

describe("a user and password for basic authentication", () => {
  const key = "sk_live_MARKER";
  it.each([
    ["a key as the user", `${key}:`, [key]],
    ["a key and a fixed password", `${key}:X`, [key]],
    ["a token and GitHub's fixed password", `${key}:x-oauth-basic`, [key]],
    ["a token and Toggl's fixed password", `${key}:api_token`, [key]],
    ["a key as the password", `:${key}`, [key]],
    ["a name and a password", "somebody@example.com:password", ["password"]],
    ["two short parts", "admin:secret", []],
  ])("%s: hides the secret parts, and no others", (_, value, parts) => {
    const encoded = btoa(value);
    const credential = of({ origins, value }, { as: "basic" });
    expect(credential.place).toEqual({
      in: "header",
      name: "authorization",
      value: `Basic ${encoded}`,
    });
    expect(credential.hidden.toSorted()).toEqual([encoded, value, ...parts].toSorted());
    const [username, password] = value.split(":");
    expect(of({ origins, username, password }, { as: "basic" })).toEqual(credential);
  });
});

describe("a reference", () => {
  it.each([
    ["secretsmanager:polls/api", { store: "secretsmanager", name: "polls/api", key: undefined }],
    ["secretsmanager:a#b", { store: "secretsmanager", name: "a", key: "b" }],
    ["ssm:/polls/api#b.c", { store: "ssm", name: "/polls/api", key: "b.c" }],
  ])("%s", (text, reference) => expect(parseSecretReference(text)).toEqual(reference));

  it.each([
    "api",
    "vault:api",
    "ssm:api",
    "secretsmanager:",
    "secretsmanager:a b",
    "ssm:/a#",
    "ssm:/a*",
  ])("%s is poison", (secret) => {
    const request = { url: "https://a.example", auth: { secret } };
    expect(poisonReason(JSON.stringify({ request }))).toContain("request.auth.secret: must be");
  });

  it.each([
    "token",
    "header:",
    "header:a b",
    "header:Host",
    "header:Content-Length",
    "Bearer",
    "query:",
    "query:a b",
    "query:a=b",
    "query:a&b",
    "OAuth2",
  ])("as %s is poison", (as) => {
    const request = { url: "https://a.example", auth: { secret: "ssm:/a", as } };
    expect(poisonReason(JSON.stringify({ request }))).toContain("request.auth.as: must be");
  });

  it.each([
    ["secretsmanager:polls/*", true],
    ["secretsmanager:polls/api", true],
    ["*", true],
    ["secretsmanager:polls", false],
    ["secretsmanager:pollsXapi", false],
    ["secretsmanager:polls.api", false],
    ["ssm:polls/*", false],
    ["polls/*", false],
  ])("matches %s: %s", (pattern, allowed) => {
    const reference = parseSecretReference("secretsmanager:polls/api#key");
    expect(isSecretAllowed(reference, [pattern])).toBe(allowed);
    expect(isSecretAllowed(reference, [])).toBe(false);
  });
});
