import { describe, expect, it } from "vitest";
import { clientOf, hiddenOf } from "../../../../lib/secrets/oauth2/client.ts";
import { tokenRequest } from "../../../../lib/secrets/oauth2/token-request.ts";
import { SecretFormatError } from "../../../../lib/secrets/secret-format-error.ts";

const SECRET = {
  tokenUrl: "https://auth.example.com/token?tenant=1",
  clientId: "a client:é",
  clientSecret: "p@ss word+&=%MARKER",
};

describe("a client", () => {
  it("sends its id and secret in the body, by default", () => {
    const request = tokenRequest(clientOf({ ...SECRET, scope: "a b", audience: "https://api" }));
    expect(request).toMatchObject({ url: SECRET.tokenUrl, method: "POST" });
    expect(request.headers).toEqual({
      accept: "application/json",
      "content-type": "application/x-www-form-urlencoded",
    });
    expect(Object.fromEntries(new URLSearchParams(String(request.body)))).toEqual({
      grant_type: "client_credentials",
      client_id: SECRET.clientId,
      client_secret: SECRET.clientSecret,
      scope: "a b",
      audience: "https://api",
    });
  });

  it("sends them form-encoded in a header, in the style basic", () => {
    const client = clientOf({ ...SECRET, style: "basic" });
    const { headers, body } = tokenRequest(client);
    const credentials = headers.authorization?.replace("Basic ", "") ?? "";
    expect(atob(credentials)).toBe("a+client%3A%C3%A9:p%40ss+word%2B%26%3D%25MARKER");
    expect(body).toBe("grant_type=client_credentials");
    expect(hiddenOf(client)).toEqual([SECRET.clientSecret, credentials]);
  });

  it("may write its scope as a list", () => {
    expect(clientOf({ ...SECRET, scope: ["a", "b"] }).scope).toBe("a b");
    expect(clientOf({ ...SECRET, scope: "", audience: null }).scope).toBeUndefined();
  });

  it.each([
    ["no tokenUrl", { tokenUrl: undefined }, "tokenUrl"],
    ["a tokenUrl that is no URL", { tokenUrl: "auth.example.com/MARKER" }, "tokenUrl"],
    ["a tokenUrl with a password", { tokenUrl: "https://a:MARKER@b.example" }, "tokenUrl"],
    ["no clientId", { clientId: "" }, "clientId"],
    ["no clientSecret", { clientSecret: undefined }, "clientSecret"],
    ["a short clientSecret", { clientSecret: "MARKER" }, "clientSecret must have 8 to 4096"],
    ["a style of its own", { style: "MARKER" }, "style"],
    ["a scope that is no text", { scope: { MARKER: 1 } }, "scope"],
    ["a list of other things", { audience: [1] }, "audience"],
  ])("with %s is refused: the error names the field, not its value", (_, wrong, named) => {
    const read = () => clientOf({ ...SECRET, ...wrong });
    expect(read).toThrow(SecretFormatError);
    expect(read).toThrow(named);
    expect(read).not.toThrow("MARKER");
  });
});
